import { beforeEach, describe, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { HEALTHY, OLD, useScriptedHost } from './support/scripted-host';

describeWithLab('the client and what a host answers', () => {
  const scripted = useScriptedHost();

  describe('the copy', () => {
    beforeEach(() => scripted.answer('stage', { missing: scripted.toplevel }));

    it('a copy is one compressed export of what is missing', async () => {
      await scripted.answer('receive', { received: '1' }, 'zstd -dcq >/fake/stream');
      const { status, output } = await scripted.deploy();
      expect(output).toMatch(/^web: copy: 1 path of 1, \d+ B, zstd stream$/m);
      expect(status).toBe(0);
      expect(await scripted.host.read('tr -d "\\0" </fake/stream')).toContain(scripted.toplevel);
      expect(await scripted.log()).toContain('verb=receive;id=');
    });

    it('a copy is compressed in a way that the host can undo', async () => {
      await scripted.answer('inspect', { ...HEALTHY, compression: 'gzip none' });
      await scripted.answer('receive', { received: '1' }, 'gzip -dc >/fake/stream');
      expect(await scripted.deploy()).toMatchObject({
        status: 0,
        output: expect.stringContaining('gzip stream') as string,
      });
      expect(await scripted.host.read('tr -d "\\0" </fake/stream')).toContain(scripted.toplevel);
    });

    it('a copy that fails is tried once more with what is still missing', async () => {
      await scripted.answer('receive.1', { error: 'failed the import made no progress for 60 s' });
      await scripted.answer('stage.2', {});
      const { status, output } = await scripted.deploy();
      expect(output).toContain(
        'web: copy: failed (the import made no progress for 60 s); trying again with what is still missing',
      );
      expect(status).toBe(0);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage', 'receive', 'stage', 'verify', 'start', 'confirm']);
    });

    it('a copy that does not fit is refused, but tried where the file system compresses', async () => {
      await scripted.answer('receive', { received: '1' }, 'cat >/dev/null');
      const full = { ...HEALTHY, 'free-store-kib': '0' };
      await scripted.answer('inspect', { ...full, 'store-file-system': 'ext2/ext3' });
      const refused = await scripted.deploy();
      expect(refused.output).toMatch(/^web: failed: the copy needs \d+ B and the host's store has 0 B left$/m);
      expect([refused.status, await scripted.verbs()]).toEqual([1, ['inspect', 'stage']]);
      await scripted.answer('inspect', { ...full, 'store-file-system': 'zfs' });
      const tried = await scripted.deploy();
      expect(tried.output).toMatch(/^web: copy: .* has 0 B left; its file system may compress enough$/m);
      expect(tried.status).toBe(0);
    });

    it('the client reports that everything is read again, as after a restart of the host', async () => {
      await scripted.answer('stage', {});
      await scripted.answer('verify', { verifying: '1203' });
      const { output } = await scripted.deploy();
      expect(output).toContain('web: verify: all 1203 paths of the closure\n');
    });

    it('a copy is not tried a third time', async () => {
      await scripted.answer('receive', { error: 'failed the import made no progress for 60 s' });
      const { status, output } = await scripted.deploy();
      expect(output).toContain(
        `web: failed: the import made no progress for 60 s\nweb: host: runs and boots ${OLD}, as before\n`,
      );
      expect(status).toBe(1);
      expect(await scripted.verbs()).toEqual(['inspect', 'stage', 'receive', 'stage', 'receive']);
    });

    it('a copy is repeated for paths that are found damaged', async () => {
      await scripted.answer('receive', { received: '1' }, 'cat >/dev/null');
      await scripted.answer('stage.1', {});
      await scripted.answer('verify.1', { damaged: scripted.toplevel });
      const { status, output } = await scripted.deploy();
      expect(output).toContain('web: verify: the host removed 1 damaged path, which is being copied again');
      expect(status).toBe(0);
      expect(await scripted.verbs()).toEqual([
        'inspect',
        'stage',
        'verify',
        'stage',
        'receive',
        'verify',
        'start',
        'confirm',
      ]);
    });
  });
});
