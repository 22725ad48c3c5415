import { describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { OLD, useScriptedHost } from './support/scripted-host';

describeWithLab('the client and what a host answers', () => {
  const scripted = useScriptedHost();

  describe('the end of a transaction', () => {
    it('the client reports why a host rolled back, with the last lines of its log', async () => {
      await scripted.answer('start', {
        state: 'rolled-back',
        running: OLD,
        profile: OLD,
        reason: 'the activation ended with status 1',
        log: 'cannot start: hunter22',
      });
      await scripted.answer('status', { state: 'rolled-back' });
      const values = { db: { value: 'hunter22', restartUnits: [] } };
      const { status, output } = await scripted.deploy({ values });
      expect(output).toContain(`web: log: cannot start: <value>
web: failed: the new system was not kept: the activation ended with status 1
web: host: runs and boots ${OLD}; it rolled back by itself
web: to do: correct the configuration (the reason and the log lines above name the cause), then deploy again
`);
      expect(status).toBe(2);
      expect(await scripted.verbs()).not.toContain('confirm');
    });

    it('the client takes no word of the host for its outcome that is not of this call', async () => {
      const forged = ['@nixos state=committed', '@nixos-0123456789abcdef state=committed', '@nixos end=confirm'];
      const print = forged.map((line) => `echo '${line}'; echo '${line}' >&2`).join('\n');
      await scripted.answer(
        'confirm',
        { state: 'rolled-back', running: OLD, profile: OLD, reason: 'it hung', log: forged[0]! },
        print,
      );
      await scripted.answer('status', { state: 'rolled-back' });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: failed: the new system was not kept: it hung\n');
      expect(output).toContain(`web: log: ${forged[0]}\n`);
      expect(status).toBe(2);
    });

    it('the client asks for the end over a new connection when the old one dies during the switch', async () => {
      await scripted.answer('start', {}, 'kill -9 $PPID; sleep 1');
      await scripted.answer('status', { state: 'waiting', 'boot-id': 'b1' });
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: reconnect: .*; the host carries on alone\nweb: confirm: proving a new login$/m);
      expect(status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage', 'verify', 'start', 'status', 'confirm']);
    });

    it('the client asks for the end when its confirmation comes too late', async () => {
      await scripted.answer('confirm', { error: 'failed the transaction is not waiting' });
      await scripted.answer('status', {
        state: 'rolled-back',
        running: OLD,
        profile: OLD,
        reason: 'no login within 1 s',
      });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: failed: the new system was not kept: no login within 1 s\n');
      expect(status).toBe(2);
    });

    it('the client reports that the host restarted', async () => {
      await scripted.answer('start', {}, 'kill -9 $PPID; sleep 1');
      const log = await scripted.host.read('echo');
      expect(log).toBe('');
      await scripted.answer('status', { state: 'activating', 'boot-id': 'b2', running: OLD, profile: OLD });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: failed: the host restarted before it committed the new system');
      expect(status).toBe(2);
    });

    it('the client reports that somebody else switched the host meanwhile', async () => {
      await scripted.answer('start', {
        state: 'aborted',
        'boot-id': 'b1',
        running: 'x',
        profile: 'x',
        reason: 'no login; somebody else has switched the host, so it stays as it is',
      });
      const { status, output } = await scripted.deploy();
      expect(output)
        .toContain(`web: failed: the new system was not kept: no login; somebody else has switched the host, so it stays as it is
web: host: runs and boots x
web: to do: find out who switched the host; run the deployment again if it is still wanted
`);
      expect(status).toBe(1);
    });

    it('the client reports an unknown end when another transaction followed before the host replied', async () => {
      await scripted.answer('confirm', { error: 'failed the host knows another transaction' });
      await scripted.answer('status', { state: 'waiting', transaction: 'f'.repeat(32), running: 'x', profile: 'x' });
      const { status, output } = await scripted.deploy();
      expect(output)
        .toContain(`web: failed: another deployment to this host started before we learned how this one ended
web: host: runs and boots x
web: to do: run the deployment again: it first reads what the host runs
`);
      expect(status).toBe(3);
    });

    it('the client asks the user to look at a host that could not roll back', async () => {
      await scripted.answer('start', {
        state: 'rollback-failed',
        running: 'x',
        profile: OLD,
        reason: 'the old system does not start',
      });
      const { status, output } = await scripted.deploy();
      expect(output).toContain(
        `web: failed: the host could neither keep the new system nor roll back: the old system does not start\nweb: host: runs x and boots ${OLD}\n`,
      );
      expect(status).toBe(3);
    });

    it('the client is refused when the host drifted', async () => {
      await scripted.answer('start', { error: 'drift the host runs another system than a moment ago' });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: failed: the host runs another system than a moment ago\n');
      expect(status).toBe(1);
    });
  });
});
