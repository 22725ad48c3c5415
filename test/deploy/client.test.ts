import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentJob } from '../../lib/deploy/job';
import { Lab, type LabHost } from '../lab';
import { describeWithLab } from '../lab/describe-with-lab';
import { Client, processesWith, storeText } from './client';
import { eventually } from './eventually';
import { connection, deploymentJob } from './job';

const FAKE = readFileSync(path.join(__dirname, 'fake-supervisor.sh'), 'utf8');
const OLD = '/nix/store/11111111111111111111111111111111-old';

/** What a host says that runs OLD and has nothing to hide. */
const HEALTHY = {
  'host-format': '1',
  uid: '0',
  nixos: 'yes',
  systemd: 'yes',
  system: 'x86_64-linux',
  'boot-id': 'b1',
  running: OLD,
  booted: OLD,
  profile: OLD,
  generation: '11',
  state: 'committed',
  committed: OLD,
  'values-digest': 'none',
  lock: 'free',
  'free-store-kib': '1000000',
  'free-run-kib': '1000000',
  compression: 'zstd gzip none',
};

describeWithLab('the client and what a host answers', () => {
  let lab: Lab;
  let host: LabHost;
  let client: Client;
  let toplevel: string;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
    client = Client.stage(FAKE);
    toplevel = storeText('nixos-system-web', 'a system');
  });

  afterAll(async () => {
    client?.remove();
    await lab?.destroy();
  });

  beforeEach(async () => {
    await host.read('rm -rf /fake; mkdir /fake');
    await answer('inspect', HEALTHY);
    for (const verb of ['stage', 'verify', 'adopt']) await answer(verb, {});
    await answer('start', { state: 'waiting' });
    await answer('confirm', { state: 'committed', 'generation-before': '11', 'generation-after': '12' });
  });

  afterEach(() => {
    const left = client.leftovers();
    client.endRuns();
    expect(left).toEqual([]);
  });

  /** Says what the host answers to a verb: events and, unless there is an error among them, the end. */
  async function answer(verb: string, events: { readonly [key: string]: string }, before = ''): Promise<void> {
    const lines = Object.entries(events).map(([key, value]) => `@nixos ${key}=${value}`);
    const end = 'error' in events ? 'exit 1' : `echo '@nixos end=${verb.replace(/\.\d+$/, '')}'`;
    await host.read(`cat > /fake/${verb} <<'LAB'\n${before}\ncat <<'EVENTS'\n${lines.join('\n')}\nEVENTS\n${end}\nLAB`);
  }

  async function verbs(): Promise<string[]> {
    return [...(await host.read('cat /fake/log')).matchAll(/verb=([a-z]+)/g)].map((match) => match[1] as string);
  }

  function job(change: Partial<DeploymentJob> = {}): DeploymentJob {
    const { address, hostKey, identityFile } = host;
    const hostKeys = [{ publicKey: hostKey, certificateAuthority: false }];
    return deploymentJob({
      connection: connection({ host: address, hostKeys, identityFile }),
      toplevel,
      drvPath: undefined,
      activationTimeoutSeconds: 1,
      confirmTimeoutSeconds: 1,
      ...change,
    });
  }

  it('deploys with two logins', async () => {
    const logins = await host.logins();
    const { status, output } = await client.run(job());
    expect(output.replace(/\d+ s$/m, 'N s')).toBe(`web: realise: is in the store here
web: connect: root@${host.address} port 22
web: inspect: runs and boots ${OLD}, generation 11
web: confirm: proving a new login
web: done: generation 11 -> 12, ${toplevel}, N s
`);
    expect(status).toBe(0);
    expect(await verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'confirm']);
    expect((await host.logins()) - logins).toBe(2);
  });

  describe('when the host has it already', () => {
    const has = () => ({ ...HEALTHY, running: toplevel, profile: toplevel, committed: toplevel });

    it('does nothing, with one login', async () => {
      await answer('inspect', has());
      const logins = await host.logins();
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: done: nothing to do: generation 11 is \/nix\/store\/\S+, \d+ s$/m);
      expect(status).toBe(0);
      expect(await verbs()).toEqual(['inspect']);
      expect((await host.logins()) - logins).toBe(1);
    });

    it('adopts a host without a journal', async () => {
      await answer('inspect', { ...has(), 'host-format': 'none', state: 'none', committed: '' });
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: adopt: .*\nweb: done: nothing to do/m);
      expect(status).toBe(0);
      expect(await verbs()).toEqual(['inspect', 'adopt']);
    });

    it('goes all the way when a way back has failed', async () => {
      await answer('inspect', { ...has(), state: 'rollback-failed' });
      expect((await client.run(job())).status).toBe(0);
      expect(await verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'confirm']);
    });

    it('goes all the way when only a value changed', async () => {
      await answer('inspect', { ...has(), 'values-digest': 'a'.repeat(64) });
      const values = { db: { value: { host: 'db.example.com' }, restartUnits: ['app.service'] } };
      expect(await client.run(job({ values }))).toMatchObject({ status: 0 });
      const log = await host.read('cat /fake/log');
      expect(log).toMatch(/verb=start;.*values-digest=[0-9a-f]{64};.*value=db 26;restart=db app.service;/);
    });

    it.each(['activating', 'waiting', 'rolling-back'])(
      'goes all the way when a transaction was cut off in %s',
      async (state) => {
        await answer('inspect', { ...has(), state });
        expect(await client.run(job())).toMatchObject({ status: 0 });
        expect(await verbs()).toContain('start');
      },
    );
  });

  describe('when another deployment holds the host', () => {
    it('ends with status 75 and says who and what', async () => {
      await answer('inspect', {
        ...HEALTHY,
        lock: 'held',
        'lock-toplevel': '/nix/store/x-other',
        'lock-by': 'ann@ci-7',
      });
      const { status, output } = await client.run(job());
      expect(output).toContain(`web: failed: ann@ci-7 deploys /nix/store/x-other to this host at this moment
web: host: runs and boots ${OLD}
web: to do: wait until the other deployment is over, then run this one again
`);
      expect(status).toBe(75);
      expect(await verbs()).toEqual(['inspect']);
    });

    it('waits for one that deploys the same', async () => {
      await answer('inspect.1', { ...HEALTHY, lock: 'held', 'lock-toplevel': toplevel, 'lock-by': 'ann@ci-7' });
      await answer('inspect.2', { ...HEALTHY, running: toplevel, profile: toplevel, committed: toplevel });
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: wait: ann@ci-7 deploys the same system at this moment\nweb: done: nothing to do/m);
      expect(status).toBe(0);
    });

    it('looks again when one gets in just before the start', async () => {
      await answer('start', { error: 'busy another deployment holds the host' });
      await answer('inspect.2', {
        ...HEALTHY,
        lock: 'held',
        'lock-toplevel': '/nix/store/x-other',
        'lock-by': 'ann@ci-7',
      });
      const { status, output } = await client.run(job());
      expect(output).toContain('web: failed: ann@ci-7 deploys /nix/store/x-other to this host at this moment');
      expect(status).toBe(75);
    });
  });

  describe('a host that is not fit is left as it is', () => {
    it.each([
      [{ uid: '1000' }, 'root is not root on the host'],
      [{ nixos: 'no' }, 'the host does not run NixOS'],
      [{ system: 'aarch64-linux' }, 'the system is built for x86_64-linux and the host is aarch64-linux'],
      [
        { 'host-format': '2' },
        'a newer version of cdktf-nixos deployed to this host (journal format 2, known here: 1)',
      ],
      [{ 'free-run-kib': '1024' }, '/run has 1.0 MB left and systemd needs 16.8 MB to reload its units'],
    ])('%o', async (change, message) => {
      await answer('inspect', { ...HEALTHY, ...change });
      const { status, output } = await client.run(job());
      expect(output).toContain(`web: failed: ${message}\nweb: host: runs and boots ${OLD}, as before\nweb: to do: `);
      expect(status).toBe(1);
      expect(await verbs()).toEqual(['inspect']);
    });

    it('a store without room', async () => {
      await answer('inspect', { ...HEALTHY, 'free-store-kib': '0' });
      await answer('stage', { missing: toplevel });
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: failed: the copy needs \d+ B and the host's store has 0 B left$/m);
      expect(status).toBe(1);
      expect(await verbs()).toEqual(['inspect', 'stage']);
    });
  });

  describe('the copy', () => {
    beforeEach(() => answer('stage', { missing: toplevel }));

    it('is one compressed export of what is missing', async () => {
      await answer('receive', { received: '1' }, 'zstd -dcq >/fake/stream');
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: copy: 1 path of 1, \d+ B, zstd stream$/m);
      expect(status).toBe(0);
      expect(await host.read('tr -d "\\0" </fake/stream')).toContain(toplevel);
      expect(await host.read('cat /fake/log')).toContain('verb=receive;id=');
    });

    it('takes what the host can undo', async () => {
      await answer('inspect', { ...HEALTHY, compression: 'gzip none' });
      await answer('receive', { received: '1' }, 'gzip -dc >/fake/stream');
      expect(await client.run(job())).toMatchObject({
        status: 0,
        output: expect.stringContaining('gzip stream') as string,
      });
      expect(await host.read('tr -d "\\0" </fake/stream')).toContain(toplevel);
    });

    it('is tried once more with what is still missing', async () => {
      await answer('receive.1', { error: 'failed the import made no progress for 60 s' });
      await answer('stage.2', {});
      const { status, output } = await client.run(job());
      expect(output).toContain(
        'web: copy: failed (the import made no progress for 60 s); trying again with what is still missing',
      );
      expect(status).toBe(0);
      expect(await verbs()).toEqual(['inspect', 'stage', 'receive', 'stage', 'verify', 'start', 'confirm']);
    });

    it('is not tried a third time', async () => {
      await answer('receive', { error: 'failed the import made no progress for 60 s' });
      const { status, output } = await client.run(job());
      expect(output).toContain(
        `web: failed: the import made no progress for 60 s\nweb: host: runs and boots ${OLD}, as before\n`,
      );
      expect(status).toBe(1);
      expect(await verbs()).toEqual(['inspect', 'stage', 'receive', 'stage', 'receive']);
    });

    it('is repeated for paths that are found damaged', async () => {
      await answer('receive', { received: '1' }, 'cat >/dev/null');
      await answer('stage.1', {});
      await answer('verify.1', { damaged: toplevel });
      const { status, output } = await client.run(job());
      expect(output).toContain('web: verify: 1 damaged path on the host was removed and is copied again');
      expect(status).toBe(0);
      expect(await verbs()).toEqual(['inspect', 'stage', 'verify', 'stage', 'receive', 'verify', 'start', 'confirm']);
    });
  });

  describe('the end of a transaction', () => {
    it('tells why a host went back, with the last lines of its log', async () => {
      await answer('start', {
        state: 'rolled-back',
        reason: 'the activation ended with status 1',
        log: 'cannot start: hunter22',
        running: OLD,
        profile: OLD,
      });
      const values = { db: { value: 'hunter22', restartUnits: [] } };
      const { status, output } = await client.run(job({ values }));
      expect(output).toContain(`web: log: cannot start: <value>
web: failed: the new system was not kept: the activation ended with status 1
web: host: runs and boots ${OLD}; it went back by itself
web: to do: correct the configuration (the reason and the log lines above name the cause), then deploy again
`);
      expect(status).toBe(2);
      expect(await verbs()).not.toContain('confirm');
    });

    it('is asked for over a new connection when the old one dies during the switch', async () => {
      await answer('start', {}, 'kill -9 $PPID; sleep 1');
      await answer('status', { state: 'waiting', 'boot-id': 'b1' });
      const { status, output } = await client.run(job());
      expect(output).toMatch(/^web: reconnect: .*; the host goes on by itself\nweb: confirm: proving a new login$/m);
      expect(status).toBe(0);
      expect(await verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'status', 'confirm']);
    });

    it('is asked for when the proof comes too late', async () => {
      await answer('confirm', { error: 'failed the transaction is not waiting' });
      await answer('status', { state: 'rolled-back', reason: 'no login within 1 s', running: OLD, profile: OLD });
      const { status, output } = await client.run(job());
      expect(output).toContain('web: failed: the new system was not kept: no login within 1 s\n');
      expect(status).toBe(2);
    });

    it('says that the host restarted', async () => {
      await answer('start', {}, 'kill -9 $PPID; sleep 1');
      const log = await host.read('echo');
      expect(log).toBe('');
      await answer('status', { state: 'activating', 'boot-id': 'b2', running: OLD, profile: OLD });
      const { status, output } = await client.run(job());
      expect(output).toContain('web: failed: the host restarted before the new system was proven');
      expect(status).toBe(2);
    });

    it('asks for a look at a host that could not go back', async () => {
      await answer('start', {
        state: 'rollback-failed',
        reason: 'the old system does not start',
        running: 'x',
        profile: OLD,
      });
      const { status, output } = await client.run(job());
      expect(output).toContain(
        `web: failed: the host could neither keep the new system nor go back (rollback-failed): the old system does not start\nweb: host: runs x and boots ${OLD}\n`,
      );
      expect(status).toBe(3);
    });

    it('is refused when the host drifted', async () => {
      await answer('start', { error: 'drift the host runs another system than a moment ago' });
      const { status, output } = await client.run(job());
      expect(output).toContain('web: failed: the host runs another system than a moment ago\n');
      expect(status).toBe(1);
    });
  });

  describe('a login that is not answered by the supervisor', () => {
    it('shows what was said instead', async () => {
      await host.read("echo 'echo This account is currently not available.; exit 1' >/fake/inspect");
      const { status, output } = await client.run(job());
      expect(output).toContain(`web: log: This account is currently not available.
web: failed: the login works but the command on the host ended with status 1: This account is currently not available.
web: host: was not changed
`);
      expect(status).toBe(1);
    });

    it.each([
      ['/bin/false', 'status 1: the command ended without a word'],
      ['/usr/sbin/nologin', 'status 1: This account is currently not available.'],
    ])('names the cure for the login shell %s', async (shell, ending) => {
      const before = await host.read('getent passwd root | cut -d : -f 7');
      await host.read(`usermod -s ${shell} root`);
      const { status, output } = await client.run(job());
      await host.read(`usermod -s ${before} root`);
      expect(output).toContain(`web: failed: the login works but the command on the host ended with ${ending}
web: host: was not changed
web: to do: the login shell must run the given command (no forced command, no /bin/false), and sh and head must be on its PATH
`);
      expect(status).toBe(1);
    });

    it('names the cure when sudo asks for a password', async () => {
      await host.read("echo 'echo sudo: a password is required >&2; exit 1' >/fake/inspect");
      const { output } = await client.run(job());
      expect(output).toMatch(/^web: to do: allow the user to run sudo without a password/m);
    });
  });

  describe('the client that dies', () => {
    beforeEach(() => answer('start', {}, 'sleep 30'));

    it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'by %s leaves no file and no process',
      async (signal) => {
        const run = client.start(job());
        await run.saw(/^web: inspect:/m);
        await started();
        run.process.kill(signal);
        await run.result;
        await eventually(() => expect(client.leftovers()).toEqual([]));
        expect(processesWith(client.stack)).toEqual([]);
      },
    );

    it('with its whole process group leaves no file and no process', async () => {
      const run = client.start(job());
      await started();
      process.kill(-(run.process.pid as number), 'SIGKILL');
      await run.result;
      await eventually(() => expect(client.leftovers()).toEqual([]));
      expect(processesWith(client.stack)).toEqual([]);
    });

    /** The transaction was sent. */
    const started = () => eventually(async () => expect(await verbs()).toContain('start'));
  });

  it('says so when the folder was not copied completely', async () => {
    const copied = Client.stage(FAKE);
    rmSync(path.join(copied.stack, 'cdktf-nixos', 'supervisor.sh'));
    const { status, output } = await copied.run(job());
    copied.remove();
    expect(output).toMatch(
      /^web: failed: \/.*\/cdktf-nixos\/supervisor.sh is missing\nweb: host: was not contacted\nweb: to do: run cdktf synth again, or copy the whole output folder, to the machine that applies\n$/,
    );
    expect(status).toBe(69);
  });

  it.each([
    ['ssh', /^web: failed: ssh is not on PATH on the machine that applies$/m],
    ['nix-store', /^web: failed: nix-store is not on PATH on the machine that applies$/m],
  ])('says so when %s is missing', async (program, message) => {
    const programs = path.join(client.stack, 'programs');
    mkdirSync(programs);
    const needed = ['node', 'sh', 'dirname', 'mktemp', 'rm', 'kill', 'sleep', 'nix-store', 'ssh'];
    for (const name of needed.filter((name) => name !== program)) {
      const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      if (found.startsWith('/')) symlinkSync(found, path.join(programs, name));
    }
    const { status, output } = await client.run(job(), { PATH: programs });
    rmSync(programs, { recursive: true });
    expect(output).toMatch(message);
    expect(status).toBe(69);
  });

  it('contacts nothing when the job has a bad value', async () => {
    const before = await host.treeHash();
    const logins = await host.logins();
    const { status, output } = await client.run(
      job({ connection: { ...job().connection, host: '-oProxyCommand=id' } }),
    );
    expect(output)
      .toBe(`cdktf-nixos: failed: [fleet/web] host: got "-oProxyCommand=id", expected a host name, an IPv4 address or an IPv6 address; a host does not start with a dash; ssh options are not given here
cdktf-nixos: host: was not contacted
cdktf-nixos: to do: correct the value where it comes from, then run the deployment again
`);
    expect(status).toBe(64);
    expect(await host.logins()).toBe(logins);
    expect(await host.treeHash()).toBe(before);
  });

  it('goes on when nobody reads its output any more', async () => {
    const run = client.start(job());
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    expect(await run.result).toMatchObject({ status: 0 });
    expect(await verbs()).toContain('confirm');
  });

  it('understands a host whose login shell is chatty', async () => {
    await host.read('echo "echo hello from bashrc; printf unfinished" >/root/.bashrc');
    expect(await client.run(job())).toMatchObject({ status: 0 });
    await host.read('rm /root/.bashrc');
  });
});
