/**
 * The parts of the client for a kind of job with a bundle of its own. In its bundle an import of this file becomes an
 * import of the running client, because a class of failure and the list of processes to end must exist only once.
 */
export * from '../private/process';
export { InputError } from '../validation/problem';
export { LinkFailure } from './host/link-failure';
export { NewHost } from './host/new-host';
export { HostSession } from './host/session';
export { refuseUnusableIdentities } from './host/ssh-identity';
export { JobChecks, type Unchecked } from './job-checks';
export { checkConnection, checkPassword } from './jobs/deployment/check';
export { checkOrigin } from './jobs/deployment/check-secrets';
export { sudoPassword } from './jobs/deployment/sudo-password';
export { displayPath, type JobContext, type JobKind } from './jobs/job-kind';
export { connecting } from './report/connecting';
export { DeployError, ExitStatus, NOT_CONTACTED } from './report/deploy-error';
export type { Report } from './report/report';
export { explainUnreadable } from './secrets/explanation';
export { readSecret } from './secrets/reader';
export { Unreadable } from './secrets/unreadable';
export { displayBytes, lastLines, tail } from './report/text';
export { Realisation } from './store/realisation';
export { type BuiltFile, builtFile, type ExpectedFile } from './store/built-file';
