import type { LabHost } from '../../lab';

/** The journal of a host's supervisor, as far as it is judged. */
export interface Journal {
  readonly id?: string;
  readonly state?: string;
  readonly committed?: string;
  readonly [key: string]: string | undefined;
}

/** Read from outside, also while the power is off. */
export function journalOf(host: LabHost): Journal {
  return parseJournal(fileOf(host, '/var/lib/cdktf-nixos/journal'));
}

/** What a host's supervisor printed, for the report of a failure. */
export function logOf(host: LabHost): string {
  return fileOf(host, `/var/lib/cdktf-nixos/log/${journalOf(host).id}.log`);
}

function parseJournal(text: string): Journal {
  const entries = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Empty when there is no such file. */
function fileOf(host: LabHost, file: string): string {
  try {
    return host.readDisk(file);
  } catch {
    return '';
  }
}
