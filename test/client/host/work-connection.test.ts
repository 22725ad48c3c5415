import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SshLink } from '../../../lib/client/host/ssh-link';
import { SupervisorChannel } from '../../../lib/client/host/supervisor-channel';
import type { Workspace } from '../../../lib/client/host/workspace';
import { escalationNamed } from '../../../lib/job/escalation';
import { Lab, type LabHost } from '../../../lab';
import { jobFor } from '../../../lab/deployer/host-job';
import { describeWithLab } from '../../support/describe-with-lab';
import { TOPLEVEL } from '../support/job';
import { FAKE_SUPERVISOR } from '../support/scripted-host';

const VERBS = ['inspect', 'stage', 'receive', 'verify', 'start', 'adopt'];
const HANGS = {
  'says nothing': 'exec sleep 1000',
  'chats on stderr': 'while :; do echo chatter >&2; sleep 0.02; done',
  'stops in the middle of its reply': `printf '\\n@nixos-%s uid=0\\n@nixos-%s run' "$call" "$call"; exec sleep 1000`,
  'sends a line from time to time': `while :; do event state activating; sleep 0.3; done`,
};

describeWithLab('a host that hangs over the real work connection', () => {
  let lab: Lab;
  let host: LabHost;
  let directory: string;
  let link: SshLink;
  let channel: SupervisorChannel;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
    directory = mkdtempSync(path.join(tmpdir(), 'w-'));
    const workspace = {
      directory,
      write: (name: string, text: string) => writeFileSync(path.join(directory, name), text),
      link: (name: string, file: string) => symlinkSync(file, path.join(directory, name)),
    } as unknown as Workspace;
    link = new SshLink(jobFor(host, TOPLEVEL).connection, workspace);
    channel = new SupervisorChannel(link, Buffer.from(FAKE_SUPERVISOR), escalationNamed('none'));
  });

  afterEach(async () => {
    await link.close();
    await host.read('rm -rf /fake');
  });
  afterAll(async () => {
    await lab?.destroy();
    rmSync(directory, { recursive: true, force: true });
  });

  const cases = Object.entries(HANGS).flatMap(([what, script]) =>
    // Every verb hangs silently; the other ways are the same for all.
    (what === 'says nothing' ? VERBS : ['inspect']).map((verb) => [verb, what, script] as const),
  );

  it.each(cases)('%s ends at its limit on a host that %s, and so does the connection', async (verb, _what, script) => {
    await host.read(`mkdir -p /fake; cat >/fake/${verb} <<'LAB'\n${script}\nLAB`);
    await link.open(() => undefined);
    const begun = Date.now();
    const call = channel.call({ verb, payload: Buffer.alloc(2_000_000), timeoutSeconds: 2 });
    await expect(call).rejects.toMatchObject({ kind: 'stuck', message: `no reply to ${verb} in time` });
    expect(Date.now() - begun).toBeLessThan(9000);
    // The host's end of it is gone, too, and a new connection works.
    await expect.poll(() => host.processes('sshd: root'), { timeout: 15_000 }).toEqual([]);
    await host.read(`echo 'event end ${verb}' >/fake/${verb}`);
    await link.reopen();
    await expect(channel.call({ verb, timeoutSeconds: 5 })).resolves.toBeDefined();
  });
});
