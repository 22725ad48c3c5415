import { type Card, COMBINATIONS } from './card';
import { EVENTS, type EventName } from './all-events';
import { PHASES } from './phase';
import type { Result } from './trial';

/** One line: what struck when, what was said, and how the host ended. */
export function lineOf(number: number, { card, hit, status, state, seconds, complaints }: Result): string {
  const where = hit === card.phase ? card.phase : `${card.phase} (hit: ${hit ?? 'nothing'})`;
  return [
    `run ${number}`,
    `seed ${card.seed}`,
    `${card.event}: ${card.variant}`,
    `${where} at ${Math.round(card.moment * 100)} %`,
    card.shape,
    `status ${status ?? 'none'}`,
    `host ${state || 'untouched'}`,
    `${seconds.toFixed(1)} s`,
    complaints.length === 0 ? 'good' : 'FAILED',
  ].join(', ');
}

/** A failure, with how to repeat it. */
export function failureOf({ card, complaints, evidence }: Result): string {
  const lines = [...complaints.map((complaint) => `* ${complaint}`), ...evidence];
  return [`npm run chaos -- --seed ${card.seed} --runs 1`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** How often each event has hit each phase. */
export function tableOf(results: readonly Result[]): string {
  const names = Object.keys(EVENTS) as EventName[];
  const rows = names.map((event) => [event, ...PHASES.map(({ name }) => String(hitsOf(results, event, name)))]);
  const table = [['event', ...PHASES.map(({ name }) => name)], PHASES.map(() => '---').concat('---'), ...rows];
  return table.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Combinations that were hit less often than this. */
export function missedIn(results: readonly Result[], hits: number): string[] {
  return COMBINATIONS.map(({ event, phase }) => ({ event, phase, count: hitsOf(results, event, phase) }))
    .filter(({ count }) => count < hits)
    .map(({ event, phase, count }) => `${event} in ${phase}: ${count}`);
}

function hitsOf(results: readonly Result[], event: EventName, phase: Card['phase']): number {
  return results.filter(({ card, hit }) => card.event === event && hit === phase).length;
}
