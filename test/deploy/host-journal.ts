import type { LabHost } from '../lab';
import { eventually } from './eventually';

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
  let journal: HostJournal = {};
  await eventually(async () => {
    journal = await readJournal(host);
    if (journal.id !== id || !FINAL.includes(journal.state!)) throw new Error(`the state is ${journal.state}`);
    const { exitCode } = await host.exec(`[ -e /run/cdktf-nixos/${id} ]`);
    if (exitCode === 0) throw new Error('the request is still there');
  }, seconds);
  return journal;
}

/** Waits until a transaction is in a state. */
export async function whenIn(host: LabHost, state: string): Promise<HostJournal> {
  let journal: HostJournal = {};
  await eventually(async () => {
    journal = await readJournal(host);
    if (journal.state !== state) throw new Error(`the state is ${journal.state}, not ${state}`);
  });
  return journal;
}
