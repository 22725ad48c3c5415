import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { supervisorText } from '../../../../scripts/build/supervisor.mjs';
import { Activation } from '../../../../lib/client/jobs/deployment/activation';
import { decisionSeconds } from '../../../../lib/client/jobs/deployment/patience';
import type { GoalName } from '../../../../lib/job/goal';
import { DeployError } from '../../../../lib/client/report/deploy-error';
import { HostState } from '../../../../lib/client/host/host-state';
import { LinkFailure } from '../../../../lib/client/host/link-failure';
import { conclude } from '../../../../lib/client/jobs/deployment/outcome';
import { Report } from '../../../../lib/client/report/report';
import type { SshLink } from '../../../../lib/client/host/ssh-link';
import { HostSession } from '../../../../lib/client/host/session';
import type { SupervisorCall, SupervisorChannel } from '../../../../lib/client/host/supervisor-channel';
import { NoReply, Refusal, SupervisorReply } from '../../../../lib/client/host/supervisor-reply';
import { deploymentJob, TOPLEVEL } from '../../support/job';

const OLD = '/nix/store/11111111111111111111111111111111-old';
const IDS = { id: 'a'.repeat(32), nonce: 'b'.repeat(32) };
const REQUEST = {
  ...IDS,
  toplevel: TOPLEVEL,
  expectedRunning: OLD,
  goal: 'switch',
  activationTimeoutSeconds: 1,
  confirmTimeoutSeconds: 1,
  settleSeconds: 5,
  delivery: { digest: 'none', header: [], payload: Buffer.alloc(0) },
  by: 'me@here',
  ownership: [],
} as const;

/** States that a host tells one after the other, and what it reports at the end. */
class Said {
  constructor(
    readonly states: readonly string[],
    readonly rest: { readonly [key: string]: string } = {},
  ) {}

  get events(): (readonly [string, string])[] {
    return [...this.states.map((state) => ['state', state] as const), ...Object.entries(this.rest)];
  }
}

function reply(events: { readonly [key: string]: string } | Said): SupervisorReply {
  const said = new SupervisorReply('c0ffee');
  for (const [key, value] of eventsOf(events)) said.take(`@nixos-c0ffee ${key}=${value}`);
  return said;
}

function eventsOf(events: { readonly [key: string]: string } | Said): readonly (readonly [string, string])[] {
  return events instanceof Said ? events.events : Object.entries(events);
}

const host = new HostState(reply({ running: OLD, profile: OLD, generation: '7', 'boot-id': 'b1' }));
const COMMITTED = { state: 'committed', transaction: IDS.id, running: TOPLEVEL, profile: TOPLEVEL };
const CLOSED = new LinkFailure('closed', 'Connection reset by peer');
const SILENT = new LinkFailure('timeout', 'no reply');

/** A connection that ended after these events. */
class CutOff extends LinkFailure {
  constructor(readonly events: { readonly [key: string]: string }) {
    super('closed', 'Connection reset by peer');
  }
}

type Answer = { readonly [key: string]: string } | Said | Error;

/** Plays a host whose answers to each verb are given; the last one is repeated. */
async function play(
  answers: { readonly [verb: string]: readonly Answer[] },
  goal: GoalName = 'switch',
  sensitive?: string,
) {
  const calls: string[] = [];
  const lines: string[] = [];
  const call = ({ verb, isFresh, onEvent }: SupervisorCall) => {
    const before = calls.filter((made) => made.startsWith(verb)).length;
    calls.push(isFresh ? `${verb} fresh` : verb);
    const answer = answers[verb]?.at(Math.min(before, answers[verb].length - 1)) ?? CLOSED;
    const said = answer instanceof Refusal ? answer.reply.get('state') : undefined;
    if (said !== undefined) onEvent?.('state', said);
    if (answer instanceof CutOff) for (const [key, value] of Object.entries(answer.events)) onEvent?.(key, value);
    if (answer instanceof Error) return Promise.reject(answer);
    for (const [key, value] of eventsOf(answer)) onEvent?.(key, value);
    return Promise.resolve(reply(answer));
  };
  const report = new Report('web', sensitive, (line) => lines.push(line));
  const link = { loginSeconds: 1 } as SshLink;
  const session = new HostSession(link, { call } as SupervisorChannel);
  const request = { ...REQUEST, goal };
  const activation = new Activation(session, request, report, {
    slackSeconds: 1,
    startSeconds: 1,
    passwordSeconds: 0.1,
  });
  const end = await activation.run(host);
  let outcome: string | DeployError;
  try {
    outcome = conclude(end, host, { ...request, login: { user: 'root', port: 22 } }, 5);
  } catch (error) {
    outcome = error as DeployError;
  }
  return { calls, lines, outcome };
}

describe('a transaction', () => {
  it('a transaction is proved over a login of its own and reported with both generations', async () => {
    const committed = { ...COMMITTED, 'generation-before': '7', 'generation-after': '8' };
    const { calls, outcome } = await play({ start: [{ state: 'waiting' }], confirm: [committed] });
    expect(calls).toEqual(['start', 'confirm fresh']);
    expect(outcome).toBe(`generation 7 -> 8, ${TOPLEVEL}, 5 s`);
  });

  it('a transaction with goal boot is reported as what the host runs from the next boot on', async () => {
    const committed = { ...COMMITTED, 'generation-before': '7', 'generation-after': '8' };
    const { outcome } = await play({ start: [committed] }, 'boot');
    expect(outcome).toBe(`generation 7 -> 8, ${TOPLEVEL} from the next boot on, 5 s`);
  });

  it('a transaction with goal boot is kept by a host that still runs the old system', async () => {
    const { outcome } = await play({ start: [{ ...COMMITTED, running: OLD }] }, 'boot');
    expect(outcome).toMatch(/^generation /);
  });

  it.each([
    ['names no transaction', { transaction: '' }, 'switch', `runs and boots ${TOPLEVEL}`],
    ['runs another system', { running: OLD }, 'switch', `runs ${OLD} and boots ${TOPLEVEL}`],
    ['boots another system', { profile: OLD }, 'switch', `runs ${TOPLEVEL} and boots ${OLD}`],
    ['boots another system after goal boot', { profile: OLD, running: OLD }, 'boot', `runs and boots ${OLD}`],
  ] as const)('a committed transaction is not believed when the host %s', async (_what, change, goal, now) => {
    const { transaction, ...rest } = { ...COMMITTED, ...change };
    const answer = transaction === '' ? rest : { transaction, ...rest };
    const { outcome } = await play(
      { start: [goal === 'boot' ? answer : { state: 'waiting' }], confirm: [answer] },
      goal,
    );
    expect(outcome).toMatchObject({
      status: 3,
      message: 'the host reported the new system as committed, but the rest of its report contradicts that',
      host: now,
      fix: 'find out who switched the host meanwhile; run the deployment again: it first reads what the host runs',
    });
  });

  it('the client asks again when the connection ends between the word committed and the report', async () => {
    const { calls, outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [new CutOff({ state: 'committed' })],
      status: [COMMITTED],
    });
    expect(calls).toEqual(['start', 'confirm fresh', 'status fresh']);
    expect(outcome).toMatch(/^generation /);
  });

  it('the client asks about a transaction with fresh logins only, once the connection is lost', async () => {
    const { calls, outcome } = await play({
      start: [CLOSED],
      status: [SILENT, { transaction: IDS.id, state: 'activating' }, { transaction: IDS.id, state: 'waiting' }],
      confirm: [SILENT, COMMITTED],
    });
    expect(calls).toEqual(['start', 'status fresh', 'status fresh', 'status fresh', 'confirm fresh', 'confirm fresh']);
    expect(outcome).toMatch(/^generation /);
  });

  it('the client ends with status 3 when the host never replies again', async () => {
    const { lines, outcome } = await play({ start: [CLOSED], status: [SILENT] });
    expect(outcome).toMatchObject({
      status: 3,
      message: 'the host stopped replying: no reply',
      host: `does not reply; it was sent ${TOPLEVEL}, which it keeps only if a new login confirmed it; otherwise it rolls back to ${OLD} by itself`,
      fix: 'look at the console of the host; when it replies again, run the deployment again: it first reads what the host runs',
    });
    expect(lines).toEqual([
      'web: reconnect: Connection reset by peer; the host carries on alone\n',
      'web: reconnect: no reply; the host carries on alone\n',
    ]);
  });

  it('the client does not promise a rollback of goal boot when the host never replies again', async () => {
    const { outcome } = await play({ start: [CLOSED], status: [SILENT] }, 'boot');
    expect(outcome).toMatchObject({
      status: 3,
      host: `does not reply; it was sent ${TOPLEVEL}, to boot from now on; until it restarts, it runs ${OLD}`,
    });
  });

  it.each([
    ['not-confirmed', 'Permission denied (publickey)', 'authentication', /needs the public key that deploys/],
    ['not-confirmed', 'Connection timed out', 'timeout', /must run sshd and let its port through/],
    ['units-failed', 'Connection timed out', 'timeout', /the reason and the log lines above name the cause/],
    ['file-owner-unknown', 'Connection timed out', 'timeout', /^correct the owner or group in the program, or add it/],
    ['switch-busy', 'Connection timed out', 'timeout', /^find out which other program switches the host/],
    ['journal-failed', 'Connection timed out', 'timeout', /^repair what the reason names on the host/],
    ['supervisor-ended', 'Connection timed out', 'timeout', /^find out what ended the deployment on the host/],
  ] as const)(
    'what to do after a rollback follows from its code %s and the last login (%s)',
    async (code, text, kind, fix) => {
      const answer = {
        transaction: IDS.id,
        state: 'rolled-back',
        running: OLD,
        'reason-code': code,
        reason: 'in words',
      };
      const { outcome } = await play({
        start: [{ state: 'waiting' }],
        confirm: [new LinkFailure(kind, text), new Refusal('failed', 'too late', reply({}))],
        status: [answer],
      });
      expect(outcome).toMatchObject({ status: 2, fix: expect.stringMatching(fix) });
    },
  );

  it('the client ends with status 1 when the request never reached the host', async () => {
    const { outcome } = await play({ start: [CLOSED], status: [{ transaction: 'c'.repeat(32), state: 'committed' }] });
    expect(outcome).toMatchObject({
      status: 1,
      message: 'the connection ended before the host started the deployment',
      host: `runs and boots ${OLD}, as before`,
    });
  });

  it('a transaction that was declined after the connection was lost is reported as a refusal', async () => {
    const declined = new Refusal('busy', 'ann@ci is deploying another system', reply({}));
    await expect(play({ start: [CLOSED], status: [declined] })).rejects.toBe(declined);
  });

  it('the client asks about a transaction that had begun when the host refused to report on it any longer', async () => {
    const late = new Refusal('failed', 'the transaction did not end in time', reply({ state: 'rolling-back' }));
    const rolledBack = { transaction: IDS.id, state: 'rolled-back', running: OLD, profile: OLD, reason: 'it hung' };
    const { calls, outcome } = await play({ start: [late], status: [rolledBack] });
    expect(calls).toEqual(['start', 'status fresh']);
    expect(outcome).toMatchObject({ status: 2, message: 'the new system was not kept: it hung' });
  });

  const ROLLED_BACK = { transaction: IDS.id, state: 'rolled-back', running: OLD, profile: OLD, reason: 'it hung' };

  it('the client logs in anew after a rollback that it learned of over an older connection', async () => {
    const { calls, outcome } = await play({ start: [ROLLED_BACK], status: [SILENT, ROLLED_BACK] });
    expect(calls).toEqual(['start', 'status fresh', 'status fresh']);
    expect(outcome).toMatchObject({ status: 2, host: `runs and boots ${OLD}; it rolled back by itself` });
  });

  it('the client ends with status 3 when a restart booted neither the new system nor the one that ran before', async () => {
    const other = `${OLD}-other`;
    const restarted = { state: 'rolling-back', 'boot-id': 'b2', running: other, profile: other, reason: 'it hung' };
    const { outcome } = await play({ start: [CLOSED], status: [{ transaction: IDS.id, ...restarted }] });
    expect(outcome).toMatchObject({
      status: 3,
      message: 'the host restarted before it committed the new system: it hung',
      host: `runs and boots ${other}; it booted its boot default, which is not the system that ran before`,
    });
  });

  it('the client ends with status 3 when no new login works after a rollback', async () => {
    const { outcome } = await play({ start: [ROLLED_BACK], status: [SILENT] });
    expect(outcome).toMatchObject({
      status: 3,
      message: 'the new system was not kept: it hung',
      host: `runs and boots ${OLD}; it rolled back by itself, but no new login works: no reply`,
      fix: 'look at the console of the host (systemctl --failed; is sshd up, and the network?); a restart starts the previous system',
    });
  });

  it('the client ends with status 3 when units are not up again after a rollback, and names them', async () => {
    const { outcome } = await play({ start: [{ 'not-up': 'db.service web.socket', ...ROLLED_BACK }], status: [{}] });
    expect(outcome).toMatchObject({
      status: 3,
      message: 'the new system was not kept: it hung',
      host: `runs and boots ${OLD}; it rolled back by itself, but these units are not up again: db.service web.socket`,
      fix: 'look at them on the host (systemctl status db.service web.socket); correct the configuration, then deploy again',
    });
  });

  it('a host that asks for a second proof gets another login of its own, and the report gives the reason', async () => {
    const { calls, lines, outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [new Said(['waiting', 'settling', 'waiting']), new Said(['waiting', 'committing'], COMMITTED)],
    });
    expect(calls).toEqual(['start', 'confirm fresh', 'confirm fresh']);
    expect(lines).toEqual([
      'web: confirm: proving a new login\n',
      'web: settle: the new login works; it has to work again in 5 s\n',
      'web: confirm: proving a second new login\n',
      'web: commit: setting the profile and the boot default\n',
    ]);
    expect(outcome).toMatch(/^generation /);
  });

  it('a host that takes no proof is asked again with pauses, and not for longer than it may wait', async () => {
    const waiting = { transaction: IDS.id, state: 'waiting', running: TOPLEVEL, profile: OLD, reason: '' };
    const tooOften = [...Array<Answer>(20).fill(waiting), new Error('asked too often')];
    const begin = Date.now();
    const { calls, outcome } = await play({ start: [waiting], confirm: tooOften, status: tooOften });
    expect(outcome).toMatchObject({
      code: 'stuck',
      status: 3,
      message: expect.stringContaining('its state is waiting'),
    });
    expect(calls.slice(0, 2)).toEqual(['start', 'confirm fresh']);
    expect(calls.length).toBeLessThanOrEqual(2 + (Date.now() - begin) / 1000);
  });

  it('the client waits for the second proof when the connection of the first one was lost', async () => {
    const ours = (state: string) => ({ transaction: IDS.id, state });
    const { calls, outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [new CutOff({ state: 'settling' }), COMMITTED],
      status: [ours('settling'), ours('waiting')],
    });
    expect(calls).toEqual(['start', 'confirm fresh', 'status fresh', 'status fresh', 'confirm fresh']);
    expect(outcome).toMatch(/^generation /);
  });

  it('a network that dies between the two proofs is named as the reason of the rollback', async () => {
    const rolledBack = { transaction: IDS.id, state: 'rolled-back', running: OLD, profile: OLD, reason: 'no login' };
    const { outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [new CutOff({ state: 'settling' })],
      status: [SILENT, rolledBack],
    });
    expect(outcome).toMatchObject({
      status: 2,
      message: 'the new system was not kept: no login; the last login failed: no reply',
    });
  });

  it('a boot loader that cannot be written is reported as the cause when the host is as it was', async () => {
    const reason = 'the boot default cannot be set (status 1); the boot default could not be restored';
    const ours = {
      transaction: IDS.id,
      state: 'rollback-failed',
      running: OLD,
      profile: OLD,
      'reason-code': 'boot-failed',
    };
    const { outcome } = await play({ start: [{ state: 'waiting' }], confirm: [{ ...ours, reason }] });
    expect(outcome).toMatchObject({
      code: 'boot-loader-failed',
      status: 2,
      message: `the boot loader could not be written: ${reason}`,
      host: `runs and boots ${OLD}, as before; what the boot loader has is what its program left there`,
      fix: expect.stringMatching(/^repair what its program complains about/),
    });
    const other = await play({ start: [{ state: 'waiting' }], confirm: [{ ...ours, profile: TOPLEVEL, reason }] });
    expect(other.outcome).toMatchObject({ code: 'stuck', status: 3 });
  });

  it('the report names values and secrets that change, and the units that restart or reload for them', async () => {
    const moved = { 'new-secrets': 'key ', 'removed-secrets': 'old ', 'moved-secrets': 'otp ' };
    const changes = { 'changed-values': 'db endpoint ', 'changed-secrets': 'token tls ', ...moved };
    const units = { restarts: 'app.service ', reloads: 'web.service b.service' };
    const { lines } = await play({ start: [{ ...changes, ...units, ...COMMITTED }] });
    expect(lines).toEqual([
      'web: values: changed: db, endpoint\n',
      'web: secrets: changed: token, tls\n',
      'web: secrets: new: key\n',
      'web: secrets: removed: old\n',
      'web: secrets: storage changed: otp\n',
      'web: units: restarted for what changed: app.service\n',
      'web: units: reloaded for what changed: web.service, b.service\n',
    ]);
    const unchanged = await play({ start: [{ 'changed-values': '', restarts: '', ...COMMITTED }] });
    expect(unchanged.lines).toEqual([]);
  });

  it('a host that changes secrets alone is not said to switch', async () => {
    const { lines } = await play({
      start: [{ unswitched: 'yes', state: 'activating' }],
      status: [COMMITTED],
    });
    expect(lines).toEqual(['web: activate: bringing the secrets; nothing is switched\n']);
  });

  it('a host that did not keep secrets alone is not said to have had a new system, also after a lost connection', async () => {
    const rollingBack = { ...ROLLED_BACK, unswitched: 'yes', state: 'rolling-back' };
    const { lines, outcome } = await play({ start: [CLOSED], status: [rollingBack, ROLLED_BACK] });
    expect(lines.at(-1)).toBe('web: roll back: rolling back to the previous secrets\n');
    expect(outcome).toMatchObject({ status: 2, message: 'the new secrets were not kept: it hung' });
  });

  it.each([
    ['units-failed', 'correct the secret, or the unit that reads it (the reason names it), then deploy again'],
    ['not-confirmed', expect.stringContaining('correct the configuration')],
  ])('secrets alone that were not kept because of %s: what to do', async (code, fix) => {
    const rolledBack = { unswitched: 'yes', 'reason-code': code, ...ROLLED_BACK };
    const { outcome } = await play({ start: [rolledBack], status: [rolledBack] });
    expect(outcome).toMatchObject({ code, fix });
  });

  it('what a host prints instead of a proof, and what it names, has nothing in it that may not be repeated', async () => {
    const { lines } = await play(
      {
        start: [{ state: 'waiting', restarts: 'hunter22.service' }],
        confirm: [new NoReply(1, ['bad token hunter22']), COMMITTED],
        status: [{ transaction: IDS.id, state: 'waiting' }],
      },
      'switch',
      'hunter22',
    );
    expect(lines.join('')).toContain('web: units: restarted for what changed: <value>.service\n');
    expect(lines.join('')).toContain('web: reconnect: bad token <value>; without a login the host rolls back in ');
    expect(lines.join('')).not.toContain('hunter22');
  });

  it('a password that the new system refuses is tried once, and then not before the host rolls back', async () => {
    const refused = new NoReply(1, ['sudo: 1 incorrect password attempt'], true);
    const rolledBack = {
      transaction: IDS.id,
      state: 'rolled-back',
      running: OLD,
      profile: OLD,
      'reason-code': 'not-confirmed',
      reason: 'no login',
    };
    const begin = Date.now();
    const { calls, lines, outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [refused],
      status: [refused, rolledBack],
    });
    expect(calls).toEqual(['start', 'confirm fresh', 'status fresh', 'status fresh']);
    expect(Date.now() - begin).toBeGreaterThan(1000);
    expect(lines.at(-1)).toBe(
      'web: reconnect: sudo: 1 incorrect password attempt; without a login the host rolls back in 1 s\n',
    );
    expect(outcome).toMatchObject({
      status: 2,
      fix: expect.stringContaining('correct the password of PrivilegeEscalation.sudoWithPassword'),
    });
  });

  it('the client reports how long a host without a login still waits', async () => {
    const rolledBack = { transaction: IDS.id, state: 'rolled-back', running: OLD, profile: OLD, reason: 'no login' };
    const late = new Refusal('failed', 'the transaction does not wait', reply({}));
    const denied = new LinkFailure('authentication', 'Permission denied (publickey)');
    const { lines, outcome } = await play({
      start: [{ state: 'waiting' }],
      confirm: [denied, late],
      status: [rolledBack],
    });
    expect(lines).toEqual([
      'web: confirm: proving a new login\n',
      'web: reconnect: Permission denied (publickey); without a login the host rolls back in 1 s\n',
    ]);
    expect(outcome).toMatchObject({
      status: 2,
      message: 'the new system was not kept: no login; the last login failed: Permission denied (publickey)',
    });
  });
});

it('the client waits for longer than any transaction of the host may take', () => {
  const limit = /^run_seconds\(\) \{[^}]*\}/m.exec(supervisorText())![0];
  for (const [activation, confirm, settle] of [
    [1, 1, 0],
    [300, 60, 5],
    [7200, 600, 600],
  ] as const) {
    const header = `activation_seconds=${activation} confirm_seconds=${confirm} settle_seconds=${settle}`;
    const host = Number(execFileSync('sh', ['-c', `${header}\n${limit}\nrun_seconds`], { encoding: 'utf8' }));
    const limits = { activationTimeoutSeconds: activation, confirmTimeoutSeconds: confirm, settleSeconds: settle };
    const job = deploymentJob(limits);
    expect(host).toBeGreaterThan(12 * activation + (settle === 0 ? confirm : 2 * confirm + settle));
    expect(decisionSeconds(job)).toBeGreaterThan(host);
  }
});
