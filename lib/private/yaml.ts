/** The one import of yaml. The build bundles it into a file that is loaded when a sops file is read (ADR 001). */
export { parse } from 'yaml';
