import type { LabHost } from '../../../lab';
import { until } from '../../../lab/wait';

/** The host's journal as it is on its disk. */
export type HostJournal = { readonly [field: string]: string };

const FINAL = ['committed', 'rolled-back', 'rollback-failed', 'aborted'];

/** Empty when the host has none. */
export async function readJournal(host: LabHost): Promise<HostJournal> {
  const { stdout } = await host.exec('cat /var/lib/cdktf-nixos/journal 2>/dev/null');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Waits until a transaction is over and its supervisor has tidied up; returns the journal. */
export async function whenOver(host: LabHost, id: string, seconds = 30): Promise<HostJournal> {
  const journal = await until(`transaction ${id} is over`, seconds, async () => {
    const seen = await readJournal(host);
    return seen.id === id && FINAL.includes(seen.state!) && seen;
  });
  await untilTidy(host, id, seconds);
  return journal;
}

/** Waits until nothing of a transaction that is over is at work any more. */
export async function untilTidy(host: LabHost, id: string, seconds = 30): Promise<void> {
  await until(`the supervisor of ${id} has ended`, seconds, async () => {
    const { exitCode } = await host.exec(
      `[ -e /run/cdktf-nixos/${id} ] || pgrep -f '(ru[n]|finaliz[e]|watc[h]) ${id}'`,
    );
    return exitCode !== 0;
  });
}

/** Waits until the transaction in the journal is in a state. */
export async function whenIn(host: LabHost, state: string): Promise<HostJournal> {
  return until(`the journal says ${state}`, 15, async () => {
    const journal = await readJournal(host);
    return journal.state === state && journal;
  });
}
