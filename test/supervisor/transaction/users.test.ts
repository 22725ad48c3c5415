import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { ssh } from '../../../lab/ssh';
import { describeOnShapes } from '../../support/describe-with-lab';
import { whenOver } from '../support/host-journal';
import { shapeOf } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const app = (script: string) => ({ systemd: { services: { app: { wantedBy: ['multi-user.target'], script } } } });
const SYSTEMS = { one: app('exec sleep 10001'), two: app('exec sleep 10002') };

/** A switch reloads the units of everyone who is logged in, by asking logind. */
describeOnShapes(['systemd'], 'the users of a %s host', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS));
  });
  afterAll(() => lab?.destroy());

  it('a manager of a user that is down makes the switch complain, and no deployment fail', async () => {
    const login = ssh(host, 'exec sleep 4004');
    await expect.poll(() => host.read('loginctl list-users')).toContain('root');
    // Masked, or the next login would start it.
    await host.read('systemctl mask --runtime user@0; systemctl stop user@0');
    const transaction = await session.start(systems.two);
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    expect((await session.confirm(transaction)).ok().get('state')).toBe('committed');
    const log = await host.read(`cat /var/lib/cdktf-nixos/log/${transaction.id}.log`);
    expect(log).toContain('user activation for root failed');
    await host.read('systemctl unmask --runtime user@0; systemctl start user@0; pkill -f "^sleep 4004"');
    await login;
    await session.deploy(systems.one);
  });

  it('a logind that does not answer fails the switch, and the rollback brings back what the switch had stopped', async () => {
    const before = await shapeOf(host);
    await host.read('systemctl mask --runtime systemd-logind; systemctl stop systemd-logind');
    const { id, reply } = await session.start(systems.two);
    await host.read(
      'systemctl unmask --runtime systemd-logind; systemctl daemon-reload; systemctl start systemd-logind',
    );
    expect([reply.get('state'), reply.get('reason-code')]).toEqual(['rolled-back', 'activation-failed']);
    expect(reply.get('reason')).toMatch(/^the activation failed with status \d+$/);
    await whenOver(host, id);
    expect(await shapeOf(host)).toEqual(before);
    expect(await host.processes('^sleep 10001$')).toHaveLength(1);
    await session.deploy(systems.two);
  });
});
