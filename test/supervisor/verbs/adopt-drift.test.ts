import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { readJournal, whenOver } from '../support/host-journal';
import { type SupervisedHost, superviseHost } from '../support/supervised-host';
import type { SupervisorReply } from '../support/supervisor-reply';
import type { Header } from '../support/supervisor-session';

const SYSTEMS = {
  one: {},
  two: {},
  three: {},
  brokenBootLoader: { faults: { bootLoader: true } },
};
const PROFILE = '/nix/var/nix/profiles/system';
const WEB: Header = ownedBy('web');
const MAIL: Header = ownedBy('mail');

function ownedBy(project: string): Header {
  return [
    ['owner-project', project],
    ['owner-stack', 'hosts'],
    ['owner-workspace', 'default'],
  ];
}

describeWithLab('a host that somebody else changes', () => {
  let supervised: SupervisedHost<keyof typeof SYSTEMS>;

  beforeAll(async () => {
    supervised = await superviseHost('plain', SYSTEMS);
  });
  afterAll(() => supervised?.lab.destroy());
  beforeEach(async () => {
    const { session, systems, host } = supervised;
    await session.deploy(systems.one, { header: [...WEB, ['take-over', 'yes']] });
    expect(await host.bootDefault()).toBe(systems.one);
  });

  const inspect = async () => (await supervised.session.call('inspect')).ok();
  const adopt = (toplevel: string, more: Header = WEB): Promise<SupervisorReply> =>
    supervised.session.call('adopt', [['toplevel', toplevel], ['files-digest', 'none'], ...more]);

  it('nothing has drifted after a deployment, and what boots is what was committed', async () => {
    const seen = await inspect();
    expect([seen.get('boots'), seen.get('drift'), seen.get('owner-project')]).toEqual(['yes', '', 'web']);
  });

  it('a system that somebody made the running one and the profile is said, and adopting it makes it boot', async () => {
    const { host, systems } = supervised;
    await host.read(`nix-env -p ${PROFILE} --set ${systems.two} && ${systems.two}/bin/switch-to-configuration test`);
    expect((await inspect()).get('drift')).toBe('running profile');
    expect(await host.bootDefault()).toBe(systems.one);
    (await adopt(systems.two)).ok();
    expect(await host.bootDefault()).toBe(systems.two);
    const seen = await inspect();
    expect([seen.get('boots'), seen.get('drift'), seen.get('committed')]).toEqual(['yes', '', systems.two]);
  });

  it('a boot default that somebody set is said, and adopting sets it anew', async () => {
    const { host, systems } = supervised;
    await host.read(`${systems.three}/bin/switch-to-configuration boot`);
    const seen = await inspect();
    expect([seen.get('boots'), seen.get('drift')]).toEqual(['no', 'boots']);
    (await adopt(systems.one)).ok();
    expect(await host.bootDefault()).toBe(systems.one);
    expect((await inspect()).get('boots')).toBe('yes');
  });

  it('a system that waits for a restart has not drifted, and one that somebody switched to meanwhile has', async () => {
    const { session, host, systems } = supervised;
    await session.deploy(systems.two, { goal: 'boot', header: WEB });
    expect((await inspect()).get('drift')).toBe('');
    await host.read(`${systems.three}/bin/switch-to-configuration test`);
    expect((await inspect()).get('drift')).toBe('running');
  });

  it('a host is not adopted when its boot default cannot be set', async () => {
    const { host, systems } = supervised;
    const broken = systems.brokenBootLoader;
    await host.read(`nix-env -p ${PROFILE} --set ${broken} && ${broken}/bin/switch-to-configuration test`);
    const reply = await adopt(broken);
    expect(reply.get('error')).toMatch(/^failed the boot default cannot be set \(status \d+\)$/);
    expect(await readJournal(host)).toMatchObject({ state: 'aborted', unsettled: 'yes', committed: systems.one });
  });

  it('a host of another owner is neither deployed to nor adopted, unless it is taken over', async () => {
    const { session, host, systems } = supervised;
    const refused =
      'other-owner the host belongs to project web, stack hosts, workspace default; this deployment is of project mail, stack hosts, workspace default';
    const before = await readJournal(host);
    const { reply } = await session.start(systems.two, { header: MAIL });
    expect([reply.exitCode, reply.get('error')]).toEqual([1, refused]);
    expect((await adopt(systems.one, MAIL)).get('error')).toBe(refused);
    expect([await readJournal(host), await host.running()]).toEqual([before, systems.one]);
    (await adopt(systems.one, [...MAIL, ['take-over', 'yes']])).ok();
    expect((await inspect()).get('owner-project')).toBe('mail');
    expect((await session.start(systems.two, { header: WEB })).reply.get('error')).toMatch(/^other-owner /);
  });

  it('an owner survives a deployment that does not say whose it is, and one that is not kept', async () => {
    const { session, host, systems } = supervised;
    await session.deploy(systems.two);
    expect(await readJournal(host)).toMatchObject({ 'owner-project': 'web', 'owner-stack': 'hosts' });
    const taking: Header = [...MAIL, ['take-over', 'yes']];
    const { id } = await session.start(systems.three, { header: taking, confirmSeconds: 1 });
    expect(await whenOver(host, id)).toMatchObject({ id, state: 'rolled-back', 'owner-project': 'web' });
  });

  it('a kernel that waits for a restart is reported', async () => {
    const { host } = supervised;
    await host.read(
      'mkdir -p /tmp/booted && ln -sfn /etc/passwd /tmp/booted/kernel && ln -sfn /tmp/booted /run/booted-system',
    );
    expect((await inspect()).get('reboot-pending')).toBe('yes');
    await host.read('rm /run/booted-system');
  });
});
