import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectionTo } from '../../../lab/deployer/host-job';
import { HostSession } from '../../../lib/client/host/session';
import { Workspace } from '../../../lib/client/host/workspace';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { type SupervisedHost, superviseHost } from '../../supervisor/support/supervised-host';
import { describeWithLab } from '../../support/describe-with-lab';

const SCRIPTS = path.join(__dirname, '..', '..', '..', 'lib', 'client');
const NOTHING = { digest: 'none', header: [], payload: Buffer.alloc(0) };

function randomId(): string {
  return randomBytes(16).toString('hex');
}

describeWithLab('a session with a host, from nothing but a connection', () => {
  let supervised: SupervisedHost<'one' | 'two'>;
  let directory: string;
  let workspace: Workspace;
  let session: HostSession;

  beforeAll(async () => {
    supervised = await superviseHost('plain', { one: {}, two: { environment: { etc: { version: { text: '2' } } } } });
    directory = mkdtempSync(path.join(tmpdir(), 'session-'));
    writeFileSync(path.join(directory, 'supervisor.sh'), supervisorText());
    workspace = await Workspace.open(SCRIPTS, { TMPDIR: '/tmp' });
    session = HostSession.unconnected(connectionTo(supervised.host), workspace, directory);
    await session.connect(() => undefined);
  });

  afterAll(async () => {
    await session?.close();
    await workspace?.close();
    rmSync(directory, { recursive: true, force: true });
    await supervised?.lab.destroy();
  });

  it('the session reports what a host runs that nobody has deployed to', async () => {
    const host = await session.inspect();
    expect(host).toMatchObject({ running: supervised.systems.one, committed: '', settled: true, isRoot: true });
    expect((await session.status(randomId())).get('state')).toBe('none');
  });

  it('the session adopts the system that a host runs', async () => {
    const { one } = supervised.systems;
    const how = { filesDigest: 'none', by: 'me@here', ownership: [], activationTimeoutSeconds: 20 };
    const adoption = (toplevel: string) => ({ toplevel, ...how });
    await session.adopt(adoption(one));
    expect((await session.inspect()).committed).toBe(one);
    await expect(session.adopt(adoption(supervised.systems.two))).rejects.toMatchObject({ code: 'drift' });
  });

  it('the session brings a host to another system and tells its status afterwards', async () => {
    const { one, two } = supervised.systems;
    const ids = { id: randomId(), nonce: randomId() };
    expect(await session.stage(ids.id, { toplevel: two, paths: [two] })).toEqual([]);
    const verification = { toplevel: two, goal: 'switch', paths: [two], onWhole: () => undefined } as const;
    expect(await session.verify(ids.id, verification)).toEqual([]);
    const limits = { activationTimeoutSeconds: 20, confirmTimeoutSeconds: 20, settleSeconds: 0 };
    const what = { toplevel: two, expectedRunning: one, goal: 'switch', delivery: NOTHING, by: 'me@here' } as const;
    expect((await session.start({ ...ids, ...what, ...limits, ownership: [] }, 60)).get('state')).toBe('waiting');
    expect((await session.confirm(ids, 60)).get('state')).toBe('committed');
    expect((await session.status(ids.id)).get('transaction')).toBe(ids.id);
    expect(await session.inspect()).toMatchObject({ running: two, profile: two, committed: two });
  });

  it('the session works again after its connection was closed', async () => {
    await session.close();
    await session.reconnect();
    expect((await session.inspect()).running).toBe(supervised.systems.two);
  });
});
