/**
 * What a kind of job with a bundle of its own takes from the client. In its bundle an import of this file becomes an import
 * of the running client: a class of failure, or the list of processes to end, must exist only once.
 */
export * from '../private/process';
export { InputError } from '../validation/problem';
export { HostSession } from './host/session';
export { displayPath } from './jobs/job-kind';
export { DeployError, ExitStatus, NOT_CONTACTED } from './report/deploy-error';
