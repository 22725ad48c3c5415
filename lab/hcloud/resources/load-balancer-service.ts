import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import type { LoadBalancerService } from '../entities/load-balancer';

const PORTS: { readonly [protocol: string]: number | undefined } = { http: 80, https: 443 };

const HTTP = {
  cookie_name: 'HCLBSTICKY',
  cookie_lifetime: 300,
  certificates: [],
  redirect_http: false,
  sticky_sessions: false,
  timeout_idle: 60,
};

/** A service with what the API fills in. @param before what it was, which stays where the request says nothing */
export function loadBalancerService(body: Body, before?: LoadBalancerService): LoadBalancerService {
  const protocol = body.optionalText('protocol') ?? before?.protocol ?? body.text('protocol');
  if (!['tcp', 'http', 'https'].includes(protocol))
    throw ApiError.field('protocol', 'Must be one of: tcp, http, https.');
  const port = body.optionalNumber('listen_port') ?? before?.listen_port ?? PORTS[protocol];
  const destination = body.optionalNumber('destination_port') ?? before?.destination_port ?? PORTS[protocol];
  if (port === undefined || destination === undefined) {
    throw ApiError.field('listen_port', 'Missing data for required field.');
  }
  return {
    protocol,
    listen_port: port,
    destination_port: destination,
    proxyprotocol: body.flag('proxyprotocol', before?.proxyprotocol ?? false),
    http: protocol === 'tcp' ? null : { ...HTTP, ...before?.http, ...body.body('http').json },
    health_check: healthCheck(body.body('health_check'), protocol, destination, before?.health_check),
  };
}

function healthCheck(body: Body, protocol: string, port: number, before?: object): object {
  const kind = protocol === 'https' ? 'http' : protocol;
  const check = { protocol: kind, port, interval: 15, timeout: 10, retries: 3, http: null, ...before, ...body.json };
  if (check.protocol !== 'http') return { ...check, http: null };
  const http = { domain: '', path: '/', response: '', status_codes: ['2??', '3??'], tls: false };
  return { ...check, http: { ...http, ...(check.http as object | null) } };
}
