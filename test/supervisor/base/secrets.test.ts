import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { buildSystem } from '../../../lab/systems/systems';
import { describeWithLab } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { whenOver } from '../support/host-journal';
import { recordArguments, recordedArguments } from '../support/recorded-arguments';
import { OPEN, SEALED, secretOn, systemWithSecrets } from '../support/secrets';
import { superviseHost } from '../support/supervised-host';
import type { Secrets, StartOptions, SupervisorSession } from '../support/supervisor-session';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const BASE = systemWithSecrets(['token']);

describeWithLab('secrets that arrive on a host', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let one: string;

  beforeAll(async () => {
    const supervised = await superviseHost('systemd', { one: BASE });
    ({ lab, host, session } = supervised);
    ({ one } = supervised.systems);
    await session.deploy(one, { secrets: { token: 'token-1' } });
  });
  afterAll(() => lab?.destroy());

  /** What the host has of transactions that are not over or were not kept. */
  const leftovers = () =>
    host.read(
      `cd / && ls ${OPEN} ${SEALED} /var/lib/cdktf-nixos/values; ls /run/cdktf-nixos | grep -E '^[0-9a-f]{32}$' || true`,
    );

  async function refused(options: StartOptions): Promise<string | undefined> {
    const before = await leftovers();
    const { reply } = await session.start(one, options);
    expect(await leftovers()).toBe(before);
    expect(await secretOn(host, 'token')).toBe('token-1');
    return reply.get('error');
  }

  it.each<readonly [how: string, options: StartOptions, error: string]>([
    [
      'twice',
      { secrets: { a: 'x' }, header: [['file', `memory-secret a root root 0400 1 ${sha256('x')}`]] },
      'bad-request the secret a is given twice',
    ],
    [
      'with other bytes than announced',
      { header: [['file', `secret a root root 0400 1 ${sha256('x')}`]], values: { b: 'y' } },
      'failed the secret a does not match its digest',
    ],
    [
      'cut off',
      { header: [['file', `secret a root root 0400 2 ${sha256('xy')}`]], values: { b: 'x' } },
      'failed the secret a did not arrive completely',
    ],
    [
      'too large',
      { secrets: { a: 'x'.repeat(768 * 1024 + 1) } },
      'failed the secret a has 786433 bytes, and one that is kept may have 786432',
    ],
    [
      'in memory only with goal boot',
      { goal: 'boot', secrets: { a: { content: 'x', kind: 'memory-secret' } } },
      'bad-request a secret that is kept in memory only would be gone after the restart for which goal boot waits',
    ],
  ])('a secret that arrives %s begins nothing and leaves nothing', async (_, options, error) => {
    expect(await refused(options)).toBe(error);
  });

  it.each([
    ['nothing for others', 'secret a root root 0404 1 DIGEST'],
    ['not empty', 'secret a root root 0400 0 DIGEST'],
    ['a name of one file', 'secret ../a root root 0400 1 DIGEST'],
  ])('a secret must be %s', async (_, line) => {
    const file = line.replace('DIGEST', 'a'.repeat(64));
    expect(await refused({ header: [['file', file]] })).toBe(`bad-request header line not understood: file=${file}`);
  });

  it('a secret that is announced without its digest is refused', async () => {
    const error = await refused({ header: [['file', 'secret a root root 0400 1 unsaid']] });
    expect(error).toBe('failed the secret a did not arrive completely');
  });

  it('deployments that start at the same moment mount one ramfs, and one of them wins', async () => {
    await host.read(`umount ${OPEN}`);
    const starts = ['a', 'b', 'c'].map((content) => session.start(one, { secrets: { token: content } }));
    const won = (await Promise.all(starts)).filter(({ reply }) => reply.get('state') === 'waiting');
    expect(won).toHaveLength(1);
    expect(await host.read(`grep -c ' ${OPEN} ' /proc/mounts`)).toBe('1');
    (await session.confirm(won[0]!)).ok();
    await whenOver(host, won[0]!.id);
    expect((await session.call('inspect')).get('files-digest')).toMatch(/^[0-9a-f]{64}$/);
    await session.deploy(one, { secrets: { token: 'token-1' } });
  });

  it('a secret whose name a value has, too, is another file', async () => {
    await session.deploy(one, { secrets: { token: 'token-1' }, values: { token: '"shown"' } });
    expect(await secretOn(host, 'token')).toBe('token-1');
    expect(await host.read('cat /var/lib/cdktf-nixos/values/current/token.json')).toBe('"shown"');
  });

  it('a secret may hold any bytes, and as many as a host can keep', async () => {
    const large = `\0\n"$(touch /tmp/z)' %s \n\n`.padEnd(768 * 1024, 'x\n');
    await session.deploy(one, { secrets: { token: 'token-1', large } });
    const hash = sha256(large);
    expect(await host.read(`sha256sum <${OPEN}/current/large`)).toContain(hash);
    await host.powerCut();
    await host.boot();
    expect(await host.read(`sha256sum <${OPEN}/current/large`)).toContain(hash);
  });

  it('a secret belongs to a user whom only the new system has, and to nobody before', async () => {
    const users = { users: { billing: { isSystemUser: true, uid: 990 } } };
    const system = await buildSystem({ ...BASE, users, faults: { activationSeconds: 3 } });
    await host.copyClosure(system);
    const access = { token: { content: 'token-2', access: 'billing billing 0440' } };
    const look = `stat -L -c '%U %G %a' ${OPEN}/current/token`;
    const starting = session.start(system, { secrets: access });
    await until('it is shown', 20, async () => (await secretOn(host, 'token')) === 'token-2');
    expect(await host.read(look)).toBe('root root 400');
    const transaction = await starting;
    expect(await host.read(look)).toBe('billing billing 440');
    (await session.confirm(transaction)).ok();
    await whenOver(host, transaction.id);
    await host.powerCut();
    await host.boot();
    expect(await host.read(look)).toBe('billing billing 440');
    await session.deploy(one, { secrets: { token: 'token-1' } });
  });

  it('a host that does not know the owner rolls back, and says whom it does not know', async () => {
    const secrets: Secrets = { token: { content: 'token-2', access: 'nobody-here root 0400' } };
    const { id, reply } = await session.start(one, { secrets });
    expect([reply.get('state'), reply.get('reason-code'), reply.get('reason')]).toEqual([
      'rolled-back',
      'file-owner-unknown',
      'the secret token cannot be owned by nobody-here:root: the host has no such user or group',
    ]);
    await whenOver(host, id);
    expect(await secretOn(host, 'token')).toBe('token-1');
  });

  /** Files of the host, and command lines and environments of its processes, that hold a text. */
  async function findings(text: string): Promise<string[]> {
    const { stdout } = await host.exec(SEARCH, text);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('nothing of a secret is on the host but what services read, and its sealed file', async () => {
    const secret = 'a canary of a secret';
    const transaction = await session.start(one, { secrets: { token: secret } });
    const [file, list] = [`${OPEN}/${transaction.id}/token`, `${OPEN}/${transaction.id}/.files`];
    expect(await findings(secret)).toEqual([file]);
    expect(await findings(sha256(secret))).toEqual([list]);
    expect(await host.read(`cat /run/cdktf-nixos/${transaction.id}/header`)).toContain(
      'file=secret token root root 0400 20 unsaid',
    );
    (await session.confirm(transaction)).ok();
    await whenOver(host, transaction.id);
    expect([await findings(secret), await findings(sha256(secret))]).toEqual([[file], [list]]);
    expect(await host.read(`cat /var/lib/cdktf-nixos/values/committed/.files`)).toBe(
      'secret token root root 0400 - host',
    );
    expect(await host.read(`base64 -d ${SEALED}/*/token | grep -c '${secret}' || true`)).toBe('0');
    expect(await host.read(`stat -c '%a %U' ${SEALED} ${SEALED}/*/token`)).toBe('700 root\n400 root');
    await session.deploy(one, { secrets: { token: 'token-1' } });
    expect([await findings(secret), await findings(sha256(secret))]).toEqual([[], []]);
  });

  it('no program that the supervisor runs gets a secret or its digest as an argument', async () => {
    const [secret, refused] = ['a canary of a secret', 'a canary that is refused'];
    await recordArguments(host);
    await session.deploy(one, { secrets: { token: secret }, restarts: ['secret token read-token.service'] });
    expect((await session.call('inspect')).get('files-digest')).toMatch(/^[0-9a-f]{64}$/);
    const { id } = await session.start(one, { secrets: { token: refused }, confirmSeconds: 1 });
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    const recorded = await recordedArguments(host);
    // What is recorded are the programs that handle secrets, in each part of a transaction.
    expect(recorded).toMatch(/^systemd-creds encrypt --with-key=host --name=token - -$/m);
    expect(recorded).toMatch(/^systemd-creds decrypt /m);
    expect(recorded).toMatch(/^grep .*value /m);
    expect(recorded).toMatch(/^systemctl restart -- read-token\.service$/m);
    for (const text of [secret, sha256(secret), refused, sha256(refused)]) expect(recorded).not.toContain(text);
    await session.deploy(one, { secrets: { token: 'token-1' } });
  });

  it('the search finds a canary in a file, a command line and an environment', async () => {
    await host.read(`echo planted-canary >/var/lib/cdktf-nixos/planted
      sh -c 'sleep 20; : planted-canary' >/dev/null 2>&1 &
      planted=planted-canary sh -c 'sleep 20; :' >/dev/null 2>&1 &`);
    const found = await findings('planted-canary');
    expect(found).toContain('/var/lib/cdktf-nixos/planted');
    expect(found.join('\n')).toMatch(/^\/proc\/\d+\/cmdline$/m);
    expect(found.join('\n')).toMatch(/^\/proc\/\d+\/environ$/m);
    await host.read('rm /var/lib/cdktf-nixos/planted');
  });

  it.each([
    ['has no systemd-creds', 'mount --bind /dev/null /usr/bin/systemd-creds', 'umount /usr/bin/systemd-creds'],
    ['would lose its key in a restart', 'mount -t tmpfs none /var/lib/systemd', 'umount -l /var/lib/systemd'],
  ])('a host that %s keeps secrets as files of root', async (_, before, after) => {
    await host.read(before);
    await session.deploy(one, { secrets: { token: 'token-plain' } });
    await host.read(after);
    expect(await host.read(`cat /var/lib/cdktf-nixos/values/committed/.files; cat ${SEALED}/*/token`)).toBe(
      'secret token root root 0400 - plain\ntoken-plain',
    );
    expect(await host.read(`stat -c '%a %U' ${SEALED}/*/token`)).toBe('400 root');
    await host.powerCut();
    await host.boot();
    expect(await secretOn(host, 'token')).toBe('token-plain');
    await session.deploy(one, { secrets: { token: 'token-1' } });
  });

  it.each([
    ['the sealed file is gone', `rm ${SEALED}/*/token`],
    ['the sealed file is damaged', `for file in ${SEALED}/*/token; do echo x >>$file; done`],
    ['the key of the host is another', 'mv /var/lib/systemd/credential.secret /var/lib/systemd/was'],
    ['the opened file is another', `echo x >>${OPEN}/current/token`],
    ['the opened file is gone', `rm ${OPEN}/current/token`],
    ['all that the host keeps is gone', `rm -r ${SEALED}; rm -r ${OPEN}/*`],
  ])('a kept secret counts as lost, and a deployment brings it back: %s', async (_, damage) => {
    const digest = async () => (await session.call('inspect')).get('files-digest');
    expect(await digest()).toMatch(/^[0-9a-f]{64}$/);
    await host.read(damage);
    expect(await digest()).toBe('lost');
    await session.deploy(one, { secrets: { token: 'token-1' } });
    expect(await digest()).toMatch(/^[0-9a-f]{64}$/);
    expect(await secretOn(host, 'token')).toBe('token-1');
  });
});

/** The patterns come as input, so the search itself has them nowhere. */
const SEARCH = `
  cat >/dev/shm/patterns
  grep -rlsF -f /dev/shm/patterns --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=usr / 
  grep -lsaF -f /dev/shm/patterns /proc/[0-9]*/cmdline /proc/[0-9]*/environ
  rm /dev/shm/patterns`;
