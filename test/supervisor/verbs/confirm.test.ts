import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { whenIn, whenOver } from '../support/host-journal';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorReply } from '../support/supervisor-reply';
import { randomId, SupervisorSession } from '../support/supervisor-session';

/** The states that follow a first proof. A fast host has left the one before them when it is first looked at. */
function statesAfterWaiting(reply: SupervisorReply): readonly string[] {
  const states = reply.all('state');
  return states[0] === 'waiting' ? states.slice(1) : states;
}

describeWithLab('confirm', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly one: string; readonly two: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost('plain', { one: {}, two: {} }));
  });
  afterAll(() => lab?.destroy());

  it('a transaction takes no nonce but its own, and none before it waits or after', async () => {
    const transaction = await session.start(systems.two);
    const wrong = await session.confirm({ id: transaction.id, nonce: randomId() });
    expect(wrong.get('error')).toBe('failed this is not the nonce of the transaction');
    const other = await session.confirm({ id: randomId(), nonce: transaction.nonce });
    expect(other.get('error')).toBe(`failed the host knows another transaction: ${transaction.id}`);
    (await session.confirm(transaction)).ok();
    const late = await session.confirm(transaction);
    expect(late.get('error')).toBe('failed the transaction does not wait for a confirmation, its state is committed');
  });

  it('a transaction that settles is committed by a second login, which is not the first one again', async () => {
    const transaction = await session.start(systems.one, { settleSeconds: 1 });
    const first = await session.confirm(transaction);
    expect(statesAfterWaiting(first)).toEqual(['settling', 'waiting']);
    const connections = (await host.read(`cat /run/cdktf-nixos/${transaction.id}/connection`)).split('\n');
    expect(new Set(connections).size).toBe(2);
    const again = new SupervisorSession(host, `env SSH_CONNECTION='${connections[1]}' `);
    expect((await again.confirm(transaction)).get('error')).toBe(
      'failed the confirmation came over a connection that the transaction has seen before',
    );
    const second = await session.confirm(transaction);
    expect(second.ok().get('state')).toBe('committed');
  });

  it('the first proof does not count as the second: without another login the host rolls back', async () => {
    const transaction = await session.start(systems.two, { settleSeconds: 1, confirmSeconds: 3 });
    expect(statesAfterWaiting(await session.confirm(transaction))).toEqual(['settling', 'waiting']);
    expect(await whenOver(host, transaction.id)).toMatchObject({
      state: 'rolled-back',
      reason: 'no new login confirmed the system within 3 s, 1 s after one had',
    });
    expect(await host.running()).toBe(systems.one);
  });

  it('a transaction that settles takes no confirmation until it waits again', async () => {
    const transaction = await session.start(systems.two, { settleSeconds: 6 });
    const first = session.confirm(transaction);
    await whenIn(host, 'settling');
    expect((await session.confirm(transaction)).get('error')).toBe(
      'failed the transaction does not wait for a confirmation, its state is settling',
    );
    (await first).ok();
    (await session.confirm(transaction)).ok();
  });
});
