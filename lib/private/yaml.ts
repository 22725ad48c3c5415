/** The one import of yaml. The build bundles it into a file that is loaded when a file of sops is read (ADR 001). */
export { parse } from 'yaml';
