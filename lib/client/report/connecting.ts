import type { SshConnection } from '../../job/job';
import type { LinkFailure } from '../host/link-failure';
import type { Report } from './report';

/** Reports where we log in, and returns what reports why that does not work yet. */
export function connecting(
  report: Report,
  { user, host, port, jumpHosts }: SshConnection,
): (failure: LinkFailure, secondsLeft: number) => void {
  const route = jumpHosts.map((jump) => ` via ${jump.host}`).join('');
  report.relay('connect', `${user}@${host} port ${port}${route}`);
  let reported: string | undefined;
  return (failure, seconds) => {
    const text = `${failure.message}; retrying for up to ${seconds} s`;
    if (reported === failure.kind) report.progress('connect', text);
    else report.relay('connect', text);
    reported = failure.kind;
  };
}
