import type { HcloudDouble } from '../../../../lab/hcloud';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** Asks the API of a double, as a program without a library does. */
export class ApiClient {
  constructor(
    private readonly double: HcloudDouble,
    private readonly token = double.token,
  ) {}

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.double.endpoint}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}` },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.ask('POST', path, body);
  }

  /** Makes a server and waits for its actions. @returns its id */
  async server(rest: object = {}): Promise<number> {
    const { status, body } = await this.post('/servers', {
      name: 'web',
      server_type: 'cx23',
      image: 'ubuntu-24.04',
      ...rest,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    await this.settled([body.action, ...body.next_actions]);
    return body.server.id;
  }

  /** Tells a server something and waits until it has done it. @returns the action in the end */
  async command(path: string, body: object = {}): Promise<any> {
    const { status, body: answer } = await this.post(path, body);
    if (status !== 201) throw new Error(JSON.stringify(answer));
    const [action] = await this.settled(answer.actions ?? [answer.action]);
    return action;
  }

  /** Waits for the end of actions. */
  async settled(actions: readonly { readonly id: number }[]): Promise<any[]> {
    const ids = actions.map(({ id }) => `id=${id}`).join('&');
    for (;;) {
      const { body } = await this.get(`/actions?${ids}`);
      if (body.actions.every(({ status }: { status: string }) => status !== 'running')) return body.actions;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
