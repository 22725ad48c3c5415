import { DeployError, LinkFailure } from '../../kit';
import { fingerprint } from './ed25519';

/** The keys that a host may show at a moment. */
export interface Accepted {
  /** The lasting key, if there is a record of it. */
  readonly lasting?: string;
  /** Undefined once it is not accepted any more. */
  readonly bootstrap?: string;
}

/** The failure of a login to a host that showed another key; any other failure as it is. */
export function explainRefused(error: unknown, accepted: Accepted): unknown {
  if (!(error instanceof LinkFailure) || error.kind !== 'host-key') return error;
  const { lasting, bootstrap } = accepted;
  return DeployError.of('no-connection', {
    detail: `the host showed another key than ${described(accepted)}: ${error.message}`,
    host: 'was not changed: nothing was sent to it',
    fix: bootstrap === undefined ? fixOfKnown(lasting as string) : FIX_OF_NEW,
  });
}

function described({ lasting, bootstrap }: Accepted): string {
  const old = lasting === undefined ? [] : [`its lasting key ${fingerprint(lasting)}`];
  const fresh = bootstrap === undefined ? [] : [`the bootstrap key ${fingerprint(bootstrap)} of its user data`];
  const only = bootstrap === undefined ? ', the only one that it may show since its first contact' : '';
  return `${[...old, ...fresh].join(' and ')}${only}`;
}

const FIX_OF_NEW =
  'look at the console of the server, not over this network: if "journalctl -u cdktf-nixos-first-boot" says that it made no key ' +
  'of its user data, correct that and replace the server; if it did, somebody is intercepting the connection';

function fixOfKnown(lasting: string): string {
  return (
    `look at the console of the server, not over this network: if "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" prints ` +
    `${fingerprint(lasting)}, somebody is intercepting the connection; if not, the server was reinstalled: replace it`
  );
}
