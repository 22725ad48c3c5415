import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveredFiles } from '../../lib/client/host/delivered-files';
import type { JobSecret } from '../../lib/job/job';
import { describeWithLab } from '../support/describe-with-lab';
import { jobSecret } from './support/job';
import { HEALTHY, OLD, useScriptedHost } from './support/scripted-host';

const TOKEN = 'correct horse battery staple';
const AS_BEFORE = `web: host: runs and boots ${OLD}, as before\n`;

describeWithLab('the client and the secrets of a host', () => {
  const scripted = useScriptedHost();
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sources-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A secret that a command prints, which notes that it ran. */
  function token(change: Partial<JobSecret> = {}, script = `printf '%s\\n' "$TOKEN"`): JobSecret {
    const argv = ['sh', '-c', `echo >>"$0/reads"; ${script}`, folder];
    return jobSecret({ kind: 'command', argv }, change);
  }

  const reads = () => (existsSync(path.join(folder, 'reads')) ? readFileSync(path.join(folder, 'reads')).length : 0);
  const deploy = (secrets: { readonly [name: string]: JobSecret }, change = {}, environment = {}) =>
    scripted.client.run(scripted.job({ secrets, ...change }), { TOKEN, ...environment });
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  it('secrets of all kinds reach the host in the order of the header, and are read once', async () => {
    await scripted.answer('start', { state: 'waiting' }, 'cat >/fake/payload');
    writeFileSync(path.join(folder, 'key'), 'a key\n');
    const { status, output } = await deploy({
      token: token({ restartUnits: ['app.service'], owner: 'app' }),
      key: jobSecret({ kind: 'file', file: path.join(folder, 'key') }, { storage: 'memory' }),
      given: jobSecret({ kind: 'terraform', value: 'from Terraform' }, { reloadUnits: ['web.service'] }),
      variable: jobSecret({ kind: 'environment', name: 'TOKEN' }),
    });
    expect(status).toBe(0);
    expect(output).toContain('web: secrets: read token, key, given, variable\n');
    const files = [
      `file=memory-secret key root root 0400 6 ${sha256('a key\n')}`,
      `file=secret given root root 0400 14 ${sha256('from Terraform')};reload=secret given web.service`,
      `file=secret token app root 0400 28 ${sha256(TOKEN)};restart=secret token app.service`,
      `file=secret variable root root 0400 28 ${sha256(TOKEN)}`,
    ];
    expect(await scripted.log()).toContain(`;${files.join(';')};`);
    expect(await scripted.host.read('cat /fake/payload')).toBe(`a key\nfrom Terraform${TOKEN}${TOKEN}`);
    expect(reads()).toBe(1);
    expect(output).not.toMatch(/horse|from Terraform/);
  });

  it('the report names a secret that is too short to be searched for', async () => {
    const { status, output } = await deploy(
      { pin: jobSecret({ kind: 'environment', name: 'PIN' }) },
      {},
      { PIN: '1234' },
    );
    expect(output).toMatch(/^web: secrets: pin has fewer than 12 bytes, so nothing is searched for it: /m);
    expect(status).toBe(0);
  });

  it('what the host says of a secret is not repeated', async () => {
    const failed = { state: 'rolled-back', running: OLD, profile: OLD, reason: `units failed: ${TOKEN}` };
    await scripted.answer('status', failed, 'event transaction "$id"');
    await scripted.answer('start', { ...failed, log: `app: no ${TOKEN}` }, 'event transaction "$id"');
    const { status, output } = await deploy({ token: token() });
    expect(output).toContain(
      'web: log: app: no <secret>\nweb: failed: the new system was not kept: units failed: <secret>\n',
    );
    expect(output).not.toContain('horse');
    expect(status).toBe(2);
  });

  describe('when the host does not need them', () => {
    const has = () => {
      const { toplevel } = scripted;
      return { ...HEALTHY, running: toplevel, profile: toplevel, committed: toplevel, boots: 'yes' };
    };
    const digest = () => DeliveredFiles.ofJob({ values: {}, secrets: { token: token() } }).digest;

    it('no secret is read for a host that has this revision of all of them', async () => {
      await scripted.answer('inspect', { ...has(), 'files-digest': digest() });
      expect((await deploy({ token: token({}, 'exit 1') })).output).toContain('web: done: nothing to do');
      expect([await scripted.verbs(), reads()]).toEqual([['inspect'], 0]);
    });

    it('no secret is read for a host that is adopted with them', async () => {
      await scripted.answer('inspect', { ...has(), committed: OLD, 'files-digest': digest() });
      expect((await deploy({ token: token() })).status).toBe(0);
      expect([await scripted.verbs(), reads()]).toEqual([['inspect', 'adopt'], 0]);
    });

    it.each([
      ['belongs to another', { 'owner-project': 'other' }],
      ['is held by another deployment', { lock: 'held', 'lock-toplevel': OLD }],
      ['has no room', { 'free-run-kib': '1' }],
    ])('no secret is read for a host that %s', async (_, answer) => {
      await scripted.answer('inspect', { ...HEALTHY, ...answer });
      expect((await deploy({ token: token() }, { owner: { project: 'ours' } })).status).not.toBe(0);
      expect([await scripted.verbs(), reads()]).toEqual([['inspect'], 0]);
    });

    it('another revision is read and sent, although the host has the system', async () => {
      await scripted.answer('inspect', { ...has(), 'files-digest': digest() });
      expect((await deploy({ token: token({ revision: '2' }) })).status).toBe(0);
      expect([await scripted.verbs(), reads()]).toEqual([['inspect', 'stage', 'verify', 'start', 'confirm'], 1]);
    });

    it('secrets that the host has lost are read and sent again', async () => {
      await scripted.answer('inspect', { ...has(), 'files-digest': 'lost' });
      expect((await deploy({ token: token() })).status).toBe(0);
      expect(reads()).toBe(1);
    });
  });

  it('a deployment that has to start again reads its secrets once', async () => {
    await scripted.answer('start.1', { error: 'busy another deployment holds the host' });
    expect((await deploy({ token: token() })).status).toBe(0);
    expect(await scripted.verbs()).toEqual([
      'inspect',
      'stage',
      'verify',
      'start',
      'inspect',
      'stage',
      'verify',
      'start',
      'confirm',
    ]);
    expect(reads()).toBe(1);
  });

  describe('a source that fails', () => {
    it('a secret that cannot be read ends the deployment before anything is sent, with what to do', async () => {
      const { status, output } = await deploy({ token: jobSecret({ kind: 'environment', name: 'NO_SUCH_TOKEN' }) });
      expect(output).toContain(
        `web: failed: a secret cannot be read: [fleet/web-system] secrets.token.source: got the variable NO_SUCH_TOKEN, which is not set, expected a variable of 1 byte to 1 MiB\n${AS_BEFORE}web: to do: export NO_SUCH_TOKEN where terraform or cdktf is started\n`,
      );
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('the complaint of a program is shown without what it printed of the secret, in two writes or encoded', async () => {
      const print = 'echo "$TOKEN"; printf "wrong: %s" "correct horse" >&2; sleep 0.2; echo " battery staple" >&2';
      const encode = 'printf %s "$TOKEN" | base64 >&2; echo "cannot unlock" >&2; exit 7';
      const { status, output } = await deploy({ token: token({}, `${print}; ${encode}`) });
      expect(output).toContain('web: log: wrong: <secret>\nweb: log: <secret>\nweb: log: cannot unlock\nweb: failed: ');
      expect(output).toContain('got the program "sh", which ended with status 7, expected');
      expect(output).not.toMatch(/horse|Y29ycmVjd/);
      expect(status).toBe(1);
    });

    it('a program that is missing ends the deployment with status 69', async () => {
      const secrets = { token: jobSecret({ kind: 'command', argv: ['no-such-program'] }) };
      const { status, output } = await deploy(secrets);
      expect(output).toContain(
        `got the program "no-such-program", which is not installed or not on PATH, expected a program that prints 1 byte to 1 MiB\n${AS_BEFORE}web: to do: install it on the machine that applies`,
      );
      expect(status).toBe(69);
    });

    it('a secret that no host can keep is refused, unless it is for the memory', async () => {
      const key = { kind: 'file', file: path.join(folder, 'key') } as const;
      writeFileSync(key.file, Buffer.alloc(768 * 1024 + 1, 'x'));
      const { output } = await deploy({ key: jobSecret(key) });
      expect(output).toContain(
        'secrets.key.source: got a secret of 786433 bytes, expected at most 768 KiB, which a host',
      );
      expect(await scripted.verbs()).toEqual(['inspect']);
      await scripted.answer('start', { state: 'waiting' }, 'cat >/dev/null');
      expect((await deploy({ key: jobSecret(key, { storage: 'memory' }) })).status).toBe(0);
    });

    it('no program is started after one that failed', async () => {
      await deploy({ first: token({}, 'exit 1'), second: token() });
      expect(reads()).toBe(1);
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
      'a program ends with a client that dies by %s',
      async (signal) => {
        const script = 'sleep 600 & echo "$!" >"$0/pid"; wait';
        const run = scripted.client.start(scripted.job({ secrets: { token: token({}, script) } }));
        await expect.poll(() => existsSync(path.join(folder, 'pid'))).toBe(true);
        run.process.kill(signal);
        await run.result;
        const state = () =>
          execFileSync('sh', ['-c', 'ps -o stat= -p "$(cat "$0/pid")" || echo gone', folder]).toString();
        await expect.poll(state).toMatch(/^(gone|Z)/);
        await expect.poll(() => scripted.client.leftovers()).toEqual([]);
        expect(await scripted.verbs()).toEqual(['inspect']);
      },
    );
  });

  describe('a secret that others may read', () => {
    it.each([
      ['a value', { values: { db: { value: { url: `x://${TOKEN}@db` }, restartUnits: [] } } }, 'values.db.value.url'],
      [
        'its own command',
        { secrets: { token: jobSecret({ kind: 'command', argv: ['echo', TOKEN] }) } },
        'secrets.token.source.argv[1]',
      ],
      [
        'its version',
        { secrets: { token: jobSecret({ kind: 'environment', name: 'TOKEN' }, { revision: TOKEN }) } },
        'secrets.token.version',
      ],
    ])('a secret that is also in %s is not deployed', async (_, change, place) => {
      const { status, output } = await deploy({ token: token() }, change);
      expect(output).toContain(
        `web: failed: a secret is where others may read it: [fleet/web-system] secrets.token is in ${place}\n${AS_BEFORE}web: to do: remove it there and rotate the secret: treat it as compromised\n`,
      );
      expect(output).not.toContain('horse');
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect']);
    });

    it('a secret of Terraform may be in the job where it is handed over', async () => {
      expect((await deploy({ given: jobSecret({ kind: 'terraform', value: TOKEN }) })).status).toBe(0);
    });

    it('a system with a secret in it is not copied', async () => {
      const system = storeSystemWith(TOKEN);
      await scripted.answer('stage', { missing: system });
      const { status, output } = await deploy({ token: token() }, { toplevel: system });
      expect(output).toContain(
        `web: failed: a secret is where others may read it: [fleet/web-system] secrets.token is in ${system}/etc/app.conf\n`,
      );
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage']);
    });

    it('a system with a secret in it is not refused where the host has it already', async () => {
      const system = storeSystemWith(TOKEN);
      const answer = { state: 'committed', running: system, profile: system };
      await scripted.answer('confirm', answer, 'event transaction "$id"');
      expect((await deploy({ token: token() }, { toplevel: system })).status).toBe(0);
    });

    /** Its configuration has the text in base64. */
    function storeSystemWith(text: string): string {
      const name = path.join(folder, 'nixos-system-leaky');
      mkdirSync(path.join(name, 'bin'), { recursive: true });
      mkdirSync(path.join(name, 'etc'));
      writeFileSync(path.join(name, 'bin', 'switch-to-configuration'), '#!/bin/sh\n', { mode: 0o755 });
      writeFileSync(path.join(name, 'etc', 'app.conf'), `auth = ${Buffer.from(`app:${text}`).toString('base64')}\n`);
      return execFileSync('nix-store', ['--add', name], { encoding: 'utf8' }).trim();
    }
  });
});
