import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { superviseHost } from '../support/supervised-host';
import { randomId, type SupervisorSession } from '../support/supervisor-session';

describeWithLab('confirm', () => {
  let lab: Lab;
  let session: SupervisorSession;
  let systems: { readonly two: string };

  beforeAll(async () => {
    ({ lab, session, systems } = await superviseHost('plain', { one: {}, two: {} }));
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
});
