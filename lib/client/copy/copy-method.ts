import { escalationNamed } from '../../job/escalation';
import type { SshConnection } from '../../job/job';
import { display } from '../../validation/display';
import { InputError } from '../../validation/problem';
import type { HostState } from '../host/host-state';
import type { HostSession } from '../host/session';
import type { Report } from '../report/report';
import type { ClosureCopier } from './closure-copier';
import { NIX_COPY_CLOSURE, NixCopier } from './nix-copier';
import { chooseCompression, StreamCopier } from './stream-copier';

/** Chooses the method: `CDKTF_NIXOS_COPY=nix-copy-closure`. */
const COPY_VARIABLE = 'CDKTF_NIXOS_COPY';

/** One transaction, as far as a copier needs it. */
interface CopyContext {
  readonly session: HostSession;
  readonly connection: SshConnection;
  readonly host: HostState;
  /** Of the transaction. */
  readonly id: string;
  readonly report: Report;
}

/** A choice between the copiers, made before there is a host. */
export interface CopyMethod {
  copier(context: CopyContext): ClosureCopier;
}

export const STREAM: CopyMethod = {
  copier: ({ session, host, id, report }) =>
    new StreamCopier(session, id, chooseCompression(host.compressions), report),
};

export const NIX_COPY: CopyMethod = {
  copier: ({ session, connection, report }) =>
    new NixCopier(session.configFile, escalationNamed(connection.privilegeEscalation), report),
};

/**
 * The method of copying that the environment asks for, by default one compressed stream.
 *
 * @throws InputError for an unknown one
 */
export function copyMethod(environment: NodeJS.ProcessEnv): CopyMethod {
  const method = environment[COPY_VARIABLE];
  if (method === undefined || method === '') return STREAM;
  if (method === NIX_COPY_CLOSURE) return NIX_COPY;
  const fix = 'unset it for the usual method, one compressed stream';
  const problem = { given: display(method), expected: display(NIX_COPY_CLOSURE), fix };
  throw new InputError('cdktf-nixos', COPY_VARIABLE, problem);
}
