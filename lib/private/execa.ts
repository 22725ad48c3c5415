/** The one import of execa. The build bundles it into this file: as a plain dependency it breaks tsx and jest consumers (ADR 001). */
export { execa, execaSync } from 'execa';
