import { execFileSync } from 'node:child_process';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';

/** The supervisor's functions without the line that runs it. */
const FUNCTIONS = supervisorText().replace(/main "\$@"\n$/, '');

/** Runs shell code that uses functions of the supervisor here, without a host; returns what it prints. */
export function runFunctions(code: string, ...args: string[]): string {
  return execFileSync('sh', ['-c', `${FUNCTIONS}\n${code}`, 'sh', ...args], { encoding: 'utf8' });
}
