/** A request that Hetzner refused, or that did not get through. */
export class HcloudError extends Error {
  constructor(
    /** Of Hetzner, or `no-reply`, or `http-<status>`. */
    readonly code: string,
    message: string,
    /** Of HTTP; undefined when there was no reply. */
    readonly status: number | undefined,
  ) {
    super(message);
    this.name = 'HcloudError';
  }

  /** The object is not there, or not there any more. */
  get isMissing(): boolean {
    return this.code === 'not_found';
  }

  /** Nobody knows whether it was done. */
  get isUnclear(): boolean {
    return this.status === undefined || this.status >= 500;
  }

  /** It was not done, and may be later. */
  get isTooEarly(): boolean {
    return TOO_EARLY.includes(this.code) || this.status === 429;
  }

  /** What a user can do about it. */
  get fix(): string {
    return (
      FIXES[this.code] ??
      (this.isUnclear
        ? 'check the network and https://status.hetzner.com, then apply again: what is done is not done twice'
        : 'correct what the message names, then apply again')
    );
  }
}

/** Somebody else works on the object, or we asked too often. */
const TOO_EARLY: readonly string[] = ['rate_limit_exceeded', 'conflict', 'locked', 'robot_unavailable'];

const FIXES: { readonly [code: string]: string | undefined } = {
  unauthorized: 'set HCLOUD_TOKEN to a valid API token of the project, in the environment of terraform',
  token_readonly: 'set HCLOUD_TOKEN to a token with read and write permission: an upload makes a server and an ssh key',
  forbidden: 'set HCLOUD_TOKEN to a token with read and write permission: an upload makes a server and an ssh key',
  resource_limit_exceeded:
    'raise the limits of the project (Hetzner Console, Limits), or delete servers: an upload needs one more for some minutes',
  rate_limit_exceeded: 'wait some minutes (the limit is 3600 requests an hour for the whole project), then apply again',
  resource_unavailable: 'set location of the image to another one, or apply again later',
  placement_error: 'set location of the image to another one, or apply again later',
};
