import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Faults } from '../cloud/faults';
import { ApiError } from './api-error';
import { Body } from './body';
import type { RateLimit } from './rate-limit';
import type { ApiAnswer, Router } from './router';

const BASE = '/v1';

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly userAgent: string;
}

/** The API on a port of the loopback interface. */
export class HttpServer {
  /** Every request, in the order of the answers. */
  readonly answered: Answered[] = [];
  private readonly server: Server;

  constructor(
    private readonly router: Router,
    private readonly token: string,
    private readonly rateLimit: RateLimit,
    private readonly faults: Faults,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${BASE}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.answer(request).catch(refusal);
    const path = request.url ?? '';
    this.answered.push({ method: request.method!, path, status, userAgent: request.headers['user-agent'] ?? '' });
    response.writeHead(status, { 'Content-Type': 'application/json', ...this.rateLimit.headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  private async answer(request: IncomingMessage): Promise<ApiAnswer> {
    const url = new URL(request.url ?? '', 'http://api');
    const path = url.pathname.startsWith(`${BASE}/`) ? url.pathname.slice(BASE.length) : url.pathname;
    const json = await text(request);
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      throw new ApiError('unauthorized', 'unable to authenticate');
    }
    if (!this.rateLimit.take()) throw new ApiError('rate_limit_exceeded', 'rate limit exceeded');
    this.faults.meet(request.method!, path);
    const { handle, params } = this.router.find(request.method!, path);
    return handle({ params, query: url.searchParams, body: bodyOf(json) });
  }
}

function bodyOf(json: string): Body {
  try {
    return new Body(json.trim() === '' ? {} : (JSON.parse(json) as Body['json']));
  } catch {
    throw new ApiError('json_error', 'invalid JSON in request body');
  }
}

function refusal(error: unknown): ApiAnswer {
  const known = error instanceof ApiError ? error : new ApiError('server_error', String((error as Error).stack));
  return { status: known.status, body: known.body };
}
