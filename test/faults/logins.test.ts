import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostOptions, Lab } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import { expectHost } from './support/expect-host';
import { Scene } from './support/scene';
import { ordinary, Systems } from './support/systems';

const HOSTS: readonly HostOptions[] = [
  { shape: 'plain' },
  { shape: 'systemd', login: 'sudo' },
  { shape: 'nixos', shell: 'fish' },
];

describeWithLab("logins, counted in the log of the host's sshd", () => {
  let lab: Lab;
  let systems: Systems;

  const versions = ['old', 'wanted', 'next'].map((version) => [ordinary(version)]);

  beforeAll(async () => {
    [lab, systems] = await Promise.all([Lab.create(), Systems.build(versions)]);
  });

  afterAll(async () => {
    await systems?.end();
    await lab?.destroy();
  });

  it.each(HOSTS.map((options) => [describeHost(options), options] as const))(
    'a deployment needs three logins, an adoption one, and nothing to do one: %s',
    async (_, options) => {
      const [old, wanted, next] = versions.map((list) => systems.toplevel(list)) as [string, string, string];
      const scene = await Scene.create(lab, {
        ...options,
        systems: { old, wanted, next },
        limits: { settleSeconds: 1 },
      });
      try {
        await scene.lookBefore();
        expect(await loginsOf(scene, old)).toEqual({ logins: 1, said: ['adopt', 'done'] });
        expect(await loginsOf(scene, wanted)).toEqual({ logins: 3, said: ['confirm', 'settle', 'confirm', 'done'] });
        const journal = await scene.host.read('stat -c %y /var/lib/cdktf-nixos/journal');
        expect(await loginsOf(scene, wanted)).toEqual({ logins: 1, said: ['done'] });
        expect(await scene.host.read('stat -c %y /var/lib/cdktf-nixos/journal')).toBe(journal);
        await expectHost(scene, { system: wanted, state: 'committed' });
      } finally {
        await scene.end();
      }
    },
  );
});

function describeHost({ shape, login = 'root', shell = 'sh' }: HostOptions): string {
  return `a ${shape} host, ${login === 'sudo' ? 'an ordinary user with sudo' : 'root'}, login shell ${shell}`;
}

/** The steps that are always told: a quick switch or commit may be over between two looks. */
const TELLING = ['adopt', 'confirm', 'settle', 'done'];

async function loginsOf(scene: Scene, toplevel: string) {
  const before = await scene.host.logins();
  const run = await scene.deploy(toplevel);
  const { status, lines } = await run.end();
  expect(status, lines.join('\n')).toBe(0);
  const said = lines.map((line) => line.split(': ')[1] ?? '').filter((step) => TELLING.includes(step));
  return { logins: (await scene.host.logins()) - before, said };
}
