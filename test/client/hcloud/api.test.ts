import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HcloudApi } from '../../../lib/client/hcloud/api';
import type { HcloudError } from '../../../lib/client/hcloud/api-error';

/** What the server of a test replies, in this order; the last one for ever. */
interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  /** The connection is cut instead. */
  readonly cut?: boolean;
}

const TOKEN = 'a-token-that-nobody-may-see';

describe("the client of Hetzner's API", () => {
  let server: Server;
  let replies: Reply[];
  let asked: { readonly line: string; readonly authorization: string | undefined; readonly body: string }[];
  let api: HcloudApi;

  beforeEach(async () => {
    replies = [];
    asked = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { authorization } = request.headers;
        asked.push({ line: `${request.method} ${request.url}`, authorization, body });
        const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? {};
        if (reply.cut) return void request.socket.destroy();
        response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
        response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    api = new HcloudApi({ endpoint, token: TOKEN }, { pauseMilliseconds: 1, retrySeconds: 5 });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const error = (code: string, status: number): Reply => ({ status, body: { error: { code, message: 'no' } } });
  const failure = (run: Promise<unknown>) =>
    run.then(
      () => undefined,
      (thrown: HcloudError) => thrown,
    );

  it('a request carries the token in its header and nowhere else', async () => {
    replies = [{ body: { server: { id: 1 } } }];
    expect(await api.get('/servers/1')).toEqual({ server: { id: 1 } });
    expect(asked).toEqual([{ line: 'GET /v1/servers/1', authorization: `Bearer ${TOKEN}`, body: '' }]);
  });

  it('all pages of a collection are read', async () => {
    const page = (ids: number[], next_page: number | null) => ({
      body: { servers: ids.map((id) => ({ id })), meta: { pagination: { next_page } } },
    });
    replies = [page([1, 2], 2), page([3], 3), page([], null)];
    expect(await api.list('servers', { label_selector: 'a=b' })).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(asked.map(({ line }) => line)).toEqual(
      [1, 2, 3].map((number) => `GET /v1/servers?label_selector=a%3Db&page=${number}&per_page=50`),
    );
  });

  it.each([
    ['over the rate limit', error('rate_limit_exceeded', 429)],
    ['of a locked object', error('locked', 423)],
    ['in conflict with another one', error('conflict', 409)],
  ])('a POST %s is repeated', async (_, refused) => {
    replies = [refused, refused, { body: { action: { id: 7 } } }];
    expect(await api.post('/servers/1/actions/poweron')).toEqual({ action: { id: 7 } });
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['an error of the server', error('service_error', 503)],
    ['a cut connection', { cut: true }],
    ['a reply that is not JSON', { body: '<html>' }],
  ])('a GET is repeated after %s', async (_, broken) => {
    replies = [broken, { body: { image: { id: 3 } } }];
    expect(await api.get('/images/3')).toEqual({ image: { id: 3 } });
  });

  it.each([
    ['an error of the server', error('service_error', 500)],
    ['a cut connection', { cut: true }],
  ])('a POST is not repeated after %s, because it may have made something', async (_, broken) => {
    replies = [broken, { body: {} }];
    expect((await failure(api.post('/servers', { name: 'one' })))?.isUnclear).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('repeating ends', async () => {
    const hurried = new HcloudApi(
      { endpoint: endpointOf(server), token: TOKEN },
      { pauseMilliseconds: 1, retrySeconds: 0.02 },
    );
    replies = [error('rate_limit_exceeded', 429)];
    expect((await failure(hurried.get('/servers')))?.code).toBe('rate_limit_exceeded');
    expect(asked.length).toBeGreaterThan(1);
  });

  it('a refusal has the code, the message and the status of Hetzner, and what to do', async () => {
    replies = [error('resource_limit_exceeded', 403)];
    const thrown = await failure(api.post('/servers'));
    expect(thrown?.message).toBe('POST /servers: no (resource_limit_exceeded, HTTP 403)');
    expect(thrown?.fix).toContain('raise the limits of the project');
  });

  it('no failure shows the token', async () => {
    const answers: Reply[] = [error('unauthorized', 401), { status: 502, body: '<html>' }, { cut: true }];
    for (const answer of answers) {
      replies = [answer];
      const thrown = await failure(api.post('/servers', {}));
      expect(thrown).toBeDefined();
      expect(`${thrown?.stack} ${JSON.stringify(thrown)} ${thrown?.fix}`).not.toContain(TOKEN);
    }
  });

  it('what is gone already counts as deleted', async () => {
    replies = [error('not_found', 404)];
    expect(await api.delete('/servers/1')).toBe(false);
  });

  it('a deletion waits for its action', async () => {
    replies = [
      { body: { action: { id: 5, command: 'delete_server', status: 'running' } } },
      { body: { action: { id: 5, status: 'running' } } },
      { body: { action: { id: 5, status: 'success' } } },
    ];
    expect(await api.delete('/servers/1')).toBe(true);
    expect(asked.map(({ line }) => line)).toEqual(['DELETE /v1/servers/1', 'GET /v1/actions/5', 'GET /v1/actions/5']);
  });

  it('an action that fails is an error with its reason', async () => {
    const reason = { code: 'action_failed', message: 'disk is full' };
    replies = [{ body: { action: { id: 5, status: 'error', error: reason } } }];
    const thrown = await failure(api.finish({ id: 5, command: 'create_image', status: 'running' }, 5));
    expect(thrown?.message).toBe('create_image failed: disk is full (action_failed)');
  });

  it('an action that does not end is not waited for without end', async () => {
    replies = [{ body: { action: { id: 5, status: 'running' } } }];
    const thrown = await failure(api.finish({ id: 5, command: 'create_image', status: 'running' }, 0.05));
    expect(thrown?.message).toBe('create_image did not end within 0.05 s');
  });
});

function endpointOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
