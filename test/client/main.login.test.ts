import { describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { useScriptedHost } from './support/scripted-host';

describeWithLab('the client and what a host answers', () => {
  const scripted = useScriptedHost();

  describe('a login that is not answered by the supervisor', () => {
    it("the client shows the answer of a login that is not the supervisor's", async () => {
      await scripted.host.read("echo 'echo This account is currently not available.; exit 1' >/fake/inspect");
      const { status, output } = await scripted.deploy();
      expect(output).toContain(`web: log: This account is currently not available.
web: failed: the login works but the command on the host ended with status 1: This account is currently not available.
web: host: was not changed
`);
      expect(status).toBe(1);
    });

    it.each([
      ['/bin/false', 'status 1: the command printed nothing'],
      ['/usr/sbin/nologin', 'status 1: This account is currently not available.'],
    ])('the client names the cure for the login shell %s', async (shell, ending) => {
      const before = await scripted.host.read('getent passwd root | cut -d : -f 7');
      await scripted.host.read(`usermod -s ${shell} root`);
      const { status, output } = await scripted.deploy();
      await scripted.host.read(`usermod -s ${before} root`);
      expect(output).toContain(`web: failed: the login works but the command on the host ended with ${ending}
web: host: was not changed
web: to do: the login shell must run the given command (no forced command, no /bin/false), and sh and head must be on its PATH
`);
      expect(status).toBe(1);
    });

    it('the client names the cure when sudo asks for a password', async () => {
      await scripted.host.read("echo 'echo sudo: a password is required >&2; exit 1' >/fake/inspect");
      const { output } = await scripted.deploy();
      expect(output).toMatch(/^web: to do: allow the user to run sudo without a password/m);
    });
  });

  it('the client understands a host whose login shell is chatty', async () => {
    await scripted.host.read('echo "echo hello from bashrc; printf unfinished" >/root/.bashrc');
    expect(await scripted.deploy()).toMatchObject({ status: 0 });
    await scripted.host.read('rm /root/.bashrc');
  });
});
