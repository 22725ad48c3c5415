import { afterAll, beforeAll, expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { readJournal, whenOver } from '../support/host-journal';
import { type HostShape, shapeOf } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import { randomId, SupervisorSession } from '../support/supervisor-session';

const ANY_GOAL = ['is_goal "$2" && goal=$2', 'goal=$2'] as const;
const NO_DECLINE = ['is_goal "$goal" || decline', 'true || decline'] as const;

/** A client of another version may know more goals. What must never happen: that one of them sets the boot default. */
describeWithLab('a goal that the supervisor does not know', () => {
  let lab: Lab;
  let host: LabHost;
  let before: HostShape;
  let two: string;

  beforeAll(async () => {
    const supervised = await superviseHost('plain', { one: {}, two: {} });
    ({ lab, host } = supervised);
    two = supervised.systems.two;
    await supervised.session.deploy(supervised.systems.one);
    before = await shapeOf(host);
  });
  afterAll(() => lab?.destroy());

  /** A session whose supervisor does not have some of its checks. */
  function without(...checks: (readonly [string, string])[]): SupervisorSession {
    const text = checks.reduce((result, [check, instead]) => {
      expect(result.split(check)).toHaveLength(2);
      return result.replace(check, instead);
    }, supervisorText());
    return new SupervisorSession(host, undefined, Buffer.from(text));
  }

  it('a transaction whose stored request names an unknown goal is declined before anything is touched', async () => {
    const id = randomId();
    const journal = await readJournal(host);
    const request = `/run/cdktf-nixos/${id}`;
    await host.read(`mkdir ${request} && cp /var/lib/cdktf-nixos/supervisor/*.sh /root/supervisor.sh
      printf '%s\\n' id=${id} toplevel=${two} goal=dry-activate '' >${request}/header`);
    expect((await host.exec(`sh /root/supervisor.sh run ${id}`)).exitCode).toBe(75);
    expect(await host.read(`cat ${request}/refusal`)).toBe('bad-request header line not understood: goal=dry-activate');
    expect([await readJournal(host), await shapeOf(host)]).toEqual([journal, before]);
    await host.read(`rm -r ${request}`);
  });

  it('an unknown goal that the header let through is declined by the transaction', async () => {
    const journal = await readJournal(host);
    const { reply } = await without(ANY_GOAL).start(two, { goal: 'dry-activate' });
    expect([reply.exitCode, reply.get('error')]).toEqual([64, 'bad-request unknown goal: dry-activate']);
    expect([await readJournal(host), await shapeOf(host)]).toEqual([journal, before]);
  });

  it('an unknown goal that nothing declined neither switches nor sets the boot default', async () => {
    const { id } = await without(ANY_GOAL, NO_DECLINE).start(two, { goal: 'dry-activate' });
    const journal = await whenOver(host, id);
    expect([journal.state, journal.reason]).toEqual(['rolled-back', 'goal dry-activate sets no boot default']);
    expect(await shapeOf(host)).toEqual(before);
  });
});
