/**
 * The parts of the client for a kind of job with a bundle of its own. In its bundle an import of this file becomes an
 * import of the running client, because a class of failure and the list of processes to end must exist only once.
 */
export * from '../private/process';
export { InputError } from '../validation/problem';
export { HostSession } from './host/session';
export { displayPath } from './jobs/job-kind';
export { DeployError, ExitStatus, NOT_CONTACTED } from './report/deploy-error';
export { type BuiltFile, builtFile, type ExpectedFile } from './store/built-file';
