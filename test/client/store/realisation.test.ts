import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { Realisation } from '../../../lib/client/store/realisation';
import { Report } from '../../../lib/client/report/report';

/** Ends with a builtin of the shell: Nix 2.8 kills a builder whose last program closes its output. */
const BUILDER = 'read -r text < $textPath; echo "$text" > $out; exit $status';

describe('realising an output', () => {
  let directory: string;
  let lines: string[];

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'realise-'));
    lines = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A derivation that nobody has built yet. */
  function derivation(status = 0): { drvPath: string; outPath: string } {
    const expression = `
      let d = derivation {
        name = "gate"; system = builtins.currentSystem; builder = "/bin/sh"; status = ${status};
        args = [ "-c" ''${BUILDER}'' ]; textPath = builtins.toFile "text" "${directory} ${Math.random()}\\n";
      };
      in { inherit (d) drvPath; path = "\${d}"; }`;
    const args = ['--eval', '--strict', '--read-write-mode', '--json', '--expr', expression];
    const { drvPath, path: outPath } = JSON.parse(execFileSync('nix-instantiate', args, { encoding: 'utf8' }));
    return { drvPath, outPath };
  }

  function realise(wanted: { outPath: string; drvPath?: string }): Promise<void> {
    const report = new Report('web', undefined, (line) => lines.push(line));
    return new Realisation({ ...wanted, constructPath: 'fleet/web-system' }, roots(), report).run();
  }

  const roots = () => path.join(directory, 'stacks', 'fleet', 'roots');
  const rooted = () => readdirSync(roots()).map((name) => readlinkSync(path.join(roots(), name)));
  const failure = async (wanted: { outPath: string; drvPath?: string }) =>
    (await realise(wanted).catch((error: unknown) => error)) as DeployError;

  it('an output whose derivation alone is here is built, and rooted beside the stack', async () => {
    const { drvPath, outPath } = derivation();
    expect(existsSync(outPath)).toBe(false);
    await realise({ drvPath, outPath });
    expect(existsSync(outPath)).toBe(true);
    expect(readdirSync(roots())).toEqual([expect.stringMatching(/^fleet-web-system-[0-9a-f]{8}$/)]);
    expect(rooted()).toEqual([outPath]);
    const known = execFileSync('nix-store', ['--query', '--roots', outPath], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(known).toContain(roots());
    expect(lines).toEqual(['web: realise: built\n']);
  });

  it('an output in the store of this machine is found without its derivation', async () => {
    const { drvPath, outPath } = derivation();
    await realise({ drvPath, outPath });
    await realise({ outPath });
    expect(lines.at(-1)).toBe('web: realise: already in the store of this machine\n');
    expect(rooted()).toEqual([outPath]);
  });

  it('an output is substituted without its derivation', async () => {
    const { drvPath, outPath } = derivation();
    execFileSync('nix-store', ['--realise', drvPath], { stdio: 'ignore' });
    const cache = `file://${path.join(directory, 'cache')}`;
    const features = ['--extra-experimental-features', 'nix-command'];
    execFileSync('nix', [...features, 'copy', '--to', cache, outPath], { stdio: 'ignore' });
    execFileSync('nix-store', ['--delete', outPath, drvPath], { stdio: 'ignore' });
    const before = process.env.NIX_CONFIG;
    process.env.NIX_CONFIG = `${before}\nsubstitute = true\nsubstituters = ${cache}\nrequire-sigs = false`;
    try {
      await realise({ drvPath, outPath });
    } finally {
      process.env.NIX_CONFIG = before;
    }
    expect(lines).toEqual(['web: realise: substituted\n']);
    expect(rooted()).toEqual([outPath]);
  });

  it('an output that nobody has fails and names the cures', async () => {
    const { drvPath, outPath } = derivation();
    execFileSync('nix-store', ['--delete', drvPath], { stdio: 'ignore' });
    expect(await failure({ drvPath, outPath })).toMatchObject({
      status: 1,
      message: `${outPath} is not in the store of this machine, no substituter has it, and its derivation ${drvPath} is not there either`,
      host: 'was not contacted',
      fix: `copy the derivation to this machine from the one that ran cdktf synth (nix --extra-experimental-features nix-command copy --derivation --from ssh://<machine> ${drvPath}), or configure a substituter that has the output (nix.conf: substituters, trusted-public-keys), or run cdktf synth on this machine`,
    });
    expect(readdirSync(roots())).toEqual([]);
  });

  it('a store path without a derivation that nobody has fails and names the cures', async () => {
    const { outPath } = derivation();
    const error = await failure({ outPath });
    expect(error.message).toMatch(/, no substituter has it, and the job has no derivation for it$/);
    expect(error.fix).toContain(
      `copy it to this machine (nix --extra-experimental-features nix-command copy --from ssh://<machine> ${outPath})`,
    );
  });

  it('a build that fails shows the end of its log', async () => {
    const { drvPath, outPath } = derivation(7);
    const error = await failure({ drvPath, outPath });
    expect(error).toMatchObject({ status: 1, message: `building ${drvPath} failed`, host: 'was not contacted' });
    expect(error.log.join('\n')).toMatch(/exit code 7/);
  });

  it('a derivation that builds something else is refused', async () => {
    const { drvPath } = derivation();
    const { outPath } = derivation();
    expect(await failure({ drvPath, outPath })).toMatchObject({
      status: 64,
      message: `${drvPath} does not build ${outPath}`,
    });
  });

  it.each([
    ["error: cannot determine user's home directory", /^set HOME to a directory/],
    ["error: cannot connect to daemon at '/nix/var/nix/daemon-socket/socket'", /^start the Nix daemon/],
    ['nix-store: error while loading shared libraries: libnixstore.so', /^repair Nix on the machine that applies/],
  ])('a Nix that does not work at all is not reported as a failed build: %s', async (words, fix) => {
    const { drvPath, outPath } = derivation();
    const error = await withNixStore(`echo "${words}" >&2; kill -ABRT $$`, () => failure({ drvPath, outPath }));
    expect(error).toMatchObject({
      status: 1,
      message: `nix-store does not work on the machine that applies: ${words}`,
      host: 'was not contacted',
    });
    expect(error.fix).toMatch(fix);
  });

  it('a Nix that cannot start a process is not reported as a failed build', async () => {
    const { drvPath, outPath } = derivation();
    const script = `case $1 in --realise) echo 'error: unable to fork: Resource temporarily unavailable' >&2; exit 1 ;; esac`;
    const error = await withNixStore(script, () => failure({ drvPath, outPath }));
    expect(error.message).toBe('nix-store cannot start a process on the machine that applies');
  });

  /** Runs with this script as nix-store. */
  async function withNixStore<Result>(script: string, run: () => Promise<Result>): Promise<Result> {
    writeFileSync(path.join(directory, 'nix-store'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const before = process.env.PATH;
    process.env.PATH = `${directory}:${before}`;
    try {
      return await run();
    } finally {
      process.env.PATH = before;
    }
  }
});
