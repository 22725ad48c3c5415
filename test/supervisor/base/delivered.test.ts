import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { whenOver } from '../support/host-journal';
import { buildSystems } from '../../../lab/systems/systems';
import { superviseHost } from '../support/supervised-host';
import { runFunctions } from '../support/supervisor-functions';
import type { SupervisorReply } from '../support/supervisor-reply';
import { randomId, type SupervisorSession, valueLine } from '../support/supervisor-session';

/** Writes down what it read, each time it starts. */
const READER = {
  wantedBy: ['multi-user.target'],
  script: 'cat /var/lib/cdktf-nixos/values/current/some.json >>/run/read || echo none >>/run/read; exec sleep 100000',
};

describe('units that are restarted for delivered files', () => {
  it('are read from a request of version 0.1.0, which names no kind, and from one of today', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'request-'));
    writeFileSync(
      path.join(directory, 'header'),
      'goal=switch\nrestart=some a.service\nrestart=value other b.service\n',
    );
    const lines = runFunctions('request=$1; unit_lines restart', directory);
    rmSync(directory, { recursive: true });
    expect(lines).toBe('value some a.service\nvalue other b.service\n');
  });
});

it('names of values that are new, other or gone are those that changed', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'values-'));
  for (const [file, text] of ['a/same', 'b/same', 'a/other', 'b/other', 'a/gone', 'b/new'].map((name) => [
    name,
    name,
  ])) {
    mkdirSync(path.dirname(path.join(directory, file!)), { recursive: true });
    writeFileSync(path.join(directory, `${file}.json`), text!.endsWith('same') ? 'same' : text!);
  }
  const changed = runFunctions('values_directory=$1; changed_values a b; printf /; changed_values none b', directory);
  rmSync(directory, { recursive: true });
  expect(changed).toBe('gone new other /new other same ');
});

describe('the digest of the files that a commit brought', () => {
  const GENERATION = 'a'.repeat(32);
  const DIGEST = 'd'.repeat(64);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'values-'));
    const request = path.join(directory, 'request');
    mkdirSync(request);
    const owner = userInfo();
    const lines = ['some', 'other'].map((name) =>
      valueLine(name, '12').replace('root root', `${owner.uid} ${owner.gid}`),
    );
    writeFileSync(path.join(request, 'header'), lines.map((line) => `file=${line}\n`).join(''));
    runFunctions(
      `id=${GENERATION} values_directory=$1 request=$1/request; header="$(cat "$request/header")$newline"; printf 1212 | { receive_files; }; link_generation committed $id`,
      directory,
    );
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const digest = (damage: string, committed = DIGEST) =>
    runFunctions(
      `values_directory=$1 journal_committed_files=${committed}; cd "$1"; ${damage}; digest_of_committed_files`,
      directory,
    ).trim();

  it.each([
    ['all of them are there', ':', DIGEST],
    ['it is of a version that kept no list of them', `rm ${GENERATION}/.files`, DIGEST],
    ['all of them are gone', 'rm -rf *', 'lost'],
    ['one of them is gone', `rm ${GENERATION}/other.json`, 'lost'],
    ['one of them is another', `echo 3 >${GENERATION}/other.json`, 'lost'],
    ['their generation is gone', `rm -r ${GENERATION}`, 'lost'],
    ['nothing leads to them', 'rm committed', 'lost'],
    ['it is of a version that kept no list, and they are gone', `rm ${GENERATION}/.files ${GENERATION}/*`, 'lost'],
  ])('the digest of the files tells whether they are on the host: %s', (_, damage, expected) => {
    expect(digest(damage)).toBe(expected);
  });

  it('files that no commit brought are not lost', () => {
    expect(digest('rm -rf *', 'none')).toBe('none');
  });
});

describeWithLab('delivered files on the host', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let one: string;
  let two: string;
  let aborts: string;

  beforeAll(async () => {
    const base = { systemd: { services: { reader: READER } } };
    const configs = { one: base, two: base, aborts: { ...base, faults: { activation: 'abort' } } };
    const supervised = await superviseHost('systemd', configs);
    ({ lab, host, session } = supervised);
    ({ one, two, aborts } = supervised.systems);
  });
  afterAll(() => lab?.destroy());

  /** What services see now, and what they will see after a restart of the host. */
  async function values(): Promise<{ readonly current: string; readonly committed: string }> {
    const read = (link: string) => host.exec(`cat /var/lib/cdktf-nixos/values/${link}/some.json`);
    return { current: (await read('current')).stdout, committed: (await read('committed')).stdout };
  }

  async function timesRead(): Promise<string[]> {
    return (await host.exec('cat /run/read')).stdout.split('\n').filter((line) => line !== '');
  }

  const restarts = ['value some reader.service'];

  it('every user can read a value when the switch begins, and the value lasts when the system is confirmed', async () => {
    expect(await timesRead()).toEqual(['none']);
    const transaction = await session.start(two, { values: { some: '"first"\n', other: '{}' }, restarts });
    expect(await values()).toEqual({ current: '"first"\n', committed: '' });
    (await session.confirm(transaction)).ok();
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    expect(await timesRead()).toEqual(['none', '"first"']);
    expect(await host.read('su -s /bin/sh nobody -c "cat /var/lib/cdktf-nixos/values/current/other.json"')).toBe('{}');
    const seen = (await session.call('inspect')).ok();
    expect(seen.get('files-digest')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a unit is not restarted when its value is the same', async () => {
    const before = await timesRead();
    await session.deploy(one, { values: { some: '"first"\n' }, restarts });
    expect(await timesRead()).toEqual(before);
  });

  it('a rollback restores the values and restarts the units that had seen the new ones', async () => {
    const transaction = await session.start(two, { values: { some: '"second"\n' }, restarts, confirmSeconds: 2 });
    expect((await values()).current).toBe('"second"\n');
    expect((await timesRead()).at(-1)).toBe('"second"');
    expect((await whenOver(host, transaction.id)).state).toBe('rolled-back');
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    expect((await timesRead()).at(-1)).toBe('"first"');
    await whenOver(host, (await session.start(aborts, { values: { some: '"third"\n' }, restarts })).id);
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    const generations = await host.read('ls /var/lib/cdktf-nixos/values');
    expect(generations.split('\n')).toHaveLength(3);
  });

  it('the values go with a system that has none', async () => {
    await session.deploy(one);
    expect(await values()).toEqual({ current: '', committed: '' });
    expect((await session.call('inspect')).get('files-digest')).toBe('none');
    await session.deploy(one, { values: { some: '"first"\n' } });
  });

  it('values of a deployment with goal boot become current with the restart of the host', async () => {
    await session.deploy(two, { goal: 'boot', values: { some: '"later"\n' } });
    expect(await values()).toEqual({ current: '"first"\n', committed: '"later"\n' });
    expect((await session.call('inspect')).get('files-shown')).toBe('no');
    await session.deploy(one, { values: { some: '"first"\n' } });
    expect((await session.call('inspect')).get('files-shown')).toBe('yes');
  });

  it.each(['rm -rf values', 'rm values/committed/some.json', 'echo 1 >values/committed/some.json'])(
    'values that somebody removed or changed are reported as lost, and a deployment brings them back: %s',
    async (damage) => {
      await host.read(`cd /var/lib/cdktf-nixos && ${damage}`);
      expect((await session.call('inspect')).get('files-digest')).toBe('lost');
      await session.deploy(one, { values: { some: '"first"\n' } });
      expect((await session.call('inspect')).get('files-digest')).toMatch(/^[0-9a-f]{64}$/);
      expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    },
  );

  it('a transaction after a power cut begins with the committed values', async () => {
    await session.start(two, { values: { some: '"lost"\n' } });
    await host.powerCut();
    await host.boot();
    const next = await session.start(one, { values: { some: '"next"\n' }, confirmSeconds: 1 });
    expect((await whenOver(host, next.id)).state).toBe('rolled-back');
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
  });

  it('a value that the activation copies into /etc is the committed one again after a power cut', async () => {
    const imports = [path.join(__dirname, '..', '..', '..', 'nix', 'modules', 'values.nix')];
    const file = '/var/lib/cdktf-nixos/values/current/some.json';
    const [copies] = await buildSystems({
      imports,
      'cdktf-nixos': { values: { some: {} } },
      environment: { etc: { copy: { source: file, mode: '0640' } } },
    });
    await host.copyClosure(copies!);
    await session.deploy(copies!, { values: { some: '"proven"\n' } });
    await session.start(copies!, { values: { some: '"unproven"\n' } });
    expect(await host.read('cat /etc/copy')).toBe('"unproven"');
    await host.powerCut();
    await host.boot();
    expect(await host.read('cat /etc/copy')).toBe('"proven"');
    expect(await host.read(`cat ${file}`)).toBe('"proven"');
    await session.deploy(one, { values: { some: '"first"\n' } });
  });

  /** Any header lines and bytes in place of values. */
  function startWith(files: readonly string[], payload: string): Promise<SupervisorReply> {
    const header = Object.entries({
      id: randomId(),
      toplevel: two,
      'expected-running': one,
      goal: 'switch',
      'activation-seconds': 20,
      'confirm-seconds': 3,
      'settle-seconds': 0,
      nonce: randomId(),
      'files-digest': 'a'.repeat(64),
    });
    return session.call('start', [...header, ...files.map((line) => ['file', line] as const)], payload);
  }

  it.each([
    ['are cut off', [valueLine('some', '"abcdefgh"')], '"abc"', 'failed the value some did not arrive completely'],
    [
      'are given twice',
      [valueLine('some', '1'), valueLine('some', '1')],
      '11',
      'bad-request the value some is given twice',
    ],
    [
      'have other bytes than announced',
      [valueLine('some', '1')],
      '2',
      'failed the value some does not match its digest',
    ],
    [
      'belong to an unknown user',
      [valueLine('some', '1').replace('root', 'nobody-here')],
      '1',
      'failed the value some cannot be given to nobody-here:root with mode 0644',
    ],
  ])('files that %s begin nothing and leave nothing', async (_, files, payload, error) => {
    const tree = await host.treeHash();
    expect((await startWith(files, payload)).get('error')).toBe(error);
    expect(await host.treeHash()).toBe(tree);
  });

  it.each(['nobody', 'Ada.L'])(
    'a file gets the owner %s, the group and the mode that it was announced with',
    async (owner) => {
      await host.read("grep -q '^Ada.L:' /etc/passwd || echo 'Ada.L:x:4711:100::/:/bin/sh' >>/etc/passwd");
      const reply = await startWith([valueLine('some', '1').replace('root root 0644', `${owner} 0 0640`)], '1');
      expect(reply.ok().get('state')).toBe('waiting');
      const stat = 'stat -c "%U %G %a" /var/lib/cdktf-nixos/values/current/some.json';
      expect(await host.read(stat)).toBe(`${owner} root 640`);
      await until('it is rolled back', 20, async () => (await values()).current === '"first"\n');
      await whenOver(
        host,
        reply.get('transaction') ?? (await host.read('sed -n s/^id=//p /var/lib/cdktf-nixos/journal')),
      );
    },
  );

  it('a value may hold any bytes', async () => {
    const content = `"\${x} %{y} $(touch /tmp/z) \\u0000 '\n\n`;
    await session.deploy(two, { values: { some: content, 'a.b_c-d': 'x'.repeat(200_000), empty: '' } });
    expect((await values()).current).toBe(content);
    expect(await host.read('cd /var/lib/cdktf-nixos/values/current && stat -c "%n %s %U %a" *')).toBe(
      `a.b_c-d.json 200000 root 644\nempty.json 0 root 644\nsome.json ${content.length} root 644`,
    );
  });

  it('the host keeps the request as it arrived', async () => {
    const transaction = await session.start(one, { values: { some: '1' }, restarts });
    expect(transaction.reply.get('changed-values')).toBe('a.b_c-d empty some ');
    expect(transaction.reply.get('restarts')).toBe('reader.service ');
    const header = await host.read(`cat /run/cdktf-nixos/${transaction.id}/header`);
    expect(header.split('\n')).toEqual([
      'verb=start',
      `id=${transaction.id}`,
      `toplevel=${one}`,
      `expected-running=${two}`,
      'goal=switch',
      'activation-seconds=20',
      'confirm-seconds=20',
      'settle-seconds=0',
      `nonce=${transaction.nonce}`,
      expect.stringMatching(/^files-digest=[0-9a-f]{64}$/),
      'by=test@here',
      `file=${valueLine('some', '1')}`,
      'restart=value some reader.service',
    ]);
    (await session.confirm(transaction)).ok();
  });

  it('the host rolls back when a unit cannot be restarted for its value', async () => {
    await host.read(
      `systemd-run --unit=fragile --property=ExecStartPre='/bin/sh -c "[ ! -e /run/broken ]"' sleep 100000`,
    );
    await until('it runs', 5, async () => (await host.exec('systemctl is-active fragile')).exitCode === 0);
    await host.read('touch /run/broken');
    const values = { some: '"new"\n' };
    const { reply } = await session.start(one, { values, restarts: ['value some fragile.service'] });
    expect([reply.get('state'), reply.get('reason')]).toEqual([
      'rolled-back',
      'these units cannot be restarted, and their delivered files changed: fragile.service',
    ]);
    await host.read('rm /run/broken');
  });
});
