import { setTimeout as pause } from 'node:timers/promises';
import type { HcloudAccess } from './access';
import { HcloudError } from './api-error';
import type { Action } from './objects';

const REQUEST_SECONDS = 30;
/** How long a request is repeated that may succeed later. */
const RETRY_SECONDS = 300;
const MAX_PAUSE_SECONDS = 20;
const MAX_POLL_SECONDS = 5;
const PER_PAGE = 50;
/** More objects of ours than this are a loop of pages. */
const MAX_PAGES = 200;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** How an {@link HcloudApi} waits. */
interface HcloudApiOptions {
  /** The first pause before a request is repeated, which doubles each time. */
  readonly pauseMilliseconds?: number;
  /** How long a request is repeated. */
  readonly retrySeconds?: number;
  /** Learns that a request has to wait. */
  readonly onRetry?: (error: HcloudError) => void;
}

/**
 * Hetzner's API. Each wait ends. A request that was refused for now is repeated; one whose fate is unknown is repeated
 * only if doing it twice does no harm, which a POST may.
 */
export class HcloudApi {
  private clock = Date.now();

  constructor(
    private readonly access: HcloudAccess,
    private readonly options: HcloudApiOptions = {},
  ) {}

  /** The time by Hetzner's clock, as of the last reply. */
  get now(): number {
    return this.clock;
  }

  /** @throws HcloudError */
  async get<Reply>(path: string): Promise<Reply> {
    return (await this.request('GET', path)) as Reply;
  }

  /** @throws HcloudError; one that `isUnclear` may have been carried out */
  async post<Reply>(path: string, body: object = {}): Promise<Reply> {
    return (await this.request('POST', path, body)) as Reply;
  }

  /** @throws HcloudError */
  async put<Reply>(path: string, body: object): Promise<Reply> {
    return (await this.request('PUT', path, body)) as Reply;
  }

  /** Deletes what may be gone already. Returns whether it was there. @throws HcloudError */
  async delete(path: string): Promise<boolean> {
    try {
      const { action } = ((await this.request('DELETE', path)) ?? {}) as { readonly action?: Action };
      if (action !== undefined) await this.finish(action, 300);
      return true;
    } catch (error) {
      if (error instanceof HcloudError && error.isMissing) return false;
      throw error;
    }
  }

  /** All objects of a collection, page by page. @throws HcloudError */
  async list<One>(collection: string, query: { readonly [name: string]: string }): Promise<One[]> {
    const found: One[] = [];
    for (let page: number | null = 1; page !== null && page <= MAX_PAGES;) {
      const search = new URLSearchParams({ ...query, page: String(page), per_page: String(PER_PAGE) });
      const reply: Page = await this.get<Page>(`/${collection}?${search.toString()}`);
      found.push(...((reply[collection] as One[] | undefined) ?? []));
      page = reply.meta?.pagination?.next_page ?? null;
    }
    return found;
  }

  /** Waits for the end of what a request started. @throws HcloudError when it failed or takes too long */
  async finish({ id, command }: Action, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (let wait = this.firstPause / 2; ; wait = Math.min(wait * 1.5, MAX_POLL_SECONDS * 1000)) {
      const { action } = await this.get<{ readonly action: Action }>(`/actions/${id}`);
      if (action.status === 'success') return;
      if (action.status === 'error') {
        const { code = 'action_failed', message = 'no reason given' } = action.error ?? {};
        throw new HcloudError(code, `${command} failed: ${message} (${code})`, 200);
      }
      if (Date.now() > deadline) throw new HcloudError('timeout', `${command} did not end within ${seconds} s`, 200);
      await pause(wait);
    }
  }

  private get firstPause(): number {
    return this.options.pauseMilliseconds ?? 1000;
  }

  private async request(method: Method, path: string, body?: object): Promise<unknown> {
    const deadline = Date.now() + (this.options.retrySeconds ?? RETRY_SECONDS) * 1000;
    for (let wait = this.firstPause; ; wait = Math.min(wait * 2, MAX_PAUSE_SECONDS * 1000)) {
      try {
        return await this.requestOnce(method, path, body);
      } catch (error) {
        if (!(error instanceof HcloudError)) throw error;
        const mayRepeat = error.isTooEarly || (error.isUnclear && method !== 'POST');
        if (!mayRepeat || Date.now() + wait > deadline) throw error;
        this.options.onRetry?.(error);
        // Not all at once: two applies share the limit of the project.
        await pause(wait * (0.75 + Math.random() / 2));
      }
    }
  }

  private async requestOnce(method: Method, path: string, body?: object): Promise<unknown> {
    const { endpoint, token } = this.access;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'cdktf-nixos',
    };
    const subject = `${method} ${path.replace(/\?.*/, '')}`;
    let reply: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(REQUEST_SECONDS * 1000);
      reply = await fetch(`${endpoint}${path}`, { method, headers, body: body && JSON.stringify(body), signal });
      text = await reply.text();
    } catch (error) {
      throw new HcloudError('no-reply', `${subject}: no reply from ${endpoint} (${reasonOf(error)})`, undefined);
    }
    this.clock = Date.parse(reply.headers.get('date') ?? '') || Date.now();
    if (reply.ok) return parsed(text, subject);
    throw refusal(subject, reply.status, text);
  }
}

interface Page {
  readonly [collection: string]: unknown;
  readonly meta?: { readonly pagination?: { readonly next_page: number | null } };
}

function parsed(text: string, subject: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new HcloudError('no-json', `${subject}: the reply is not JSON`, undefined);
  }
}

function refusal(subject: string, status: number, text: string): HcloudError {
  let error: { readonly code?: unknown; readonly message?: unknown } | undefined;
  try {
    error = (JSON.parse(text) as { readonly error?: typeof error }).error;
  } catch {
    // A proxy on the way writes HTML.
  }
  const code = typeof error?.code === 'string' ? error.code : `http-${status}`;
  const message = typeof error?.message === 'string' ? error.message : 'no reason given';
  return new HcloudError(code, `${subject}: ${message} (${code}, HTTP ${status})`, status);
}

/** fetch hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { message, cause, name } = error as Error & { readonly cause?: { readonly code?: string; message?: string } };
  if (name === 'TimeoutError') return `none within ${REQUEST_SECONDS} s`;
  return cause?.code ?? cause?.message ?? message;
}
