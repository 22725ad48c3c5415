import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingWrapper } from './support/counting-wrapper';
import { Fleet, type FleetMachines } from './support/fleet';
import { synthesizedToplevel } from './support/synthesized';

const STACKS = 4;
const MACHINES = 100;
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK+lIOHtAYdbV+rIaAF3LyLjmvFbOPfzr+kky/PoWH/p';

function machines(): FleetMachines {
  const numbers = Array.from({ length: MACHINES }, (_, index) => index);
  return Object.fromEntries(
    numbers.map((index) => [
      `web${index}`,
      { stack: `stack${index % STACKS}`, host: `192.0.2.${index}`, hostKey: HOST_KEY },
    ]),
  );
}

describe(`${MACHINES} machines in ${STACKS} stacks, synthesized by the cdktf CLI`, () => {
  let folder: string;
  let wrapper: CountingWrapper;
  let fleet: Fleet;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'wrapper-'));
    wrapper = await CountingWrapper.create(folder);
    const env = { PATH: `${folder}:${process.env.PATH}` };
    fleet = await Fleet.create(machines(), { env });
  }, 60_000);

  afterAll(async () => {
    await fleet?.deployer.end();
    await rm(folder, { recursive: true, force: true });
  });

  it('a synth of many machines starts a handful of processes of nix, whatever their number', async () => {
    const before = (await wrapper.calls()).length;
    const synth = await fleet.deployer.synth();
    expect(synth.exitCode).toBe(0);
    const calls = (await wrapper.calls()).slice(before);
    expect(calls.filter((call) => /^nix .*\beval\b/.test(call))).toHaveLength(1);
    expect(calls.length).toBeLessThanOrEqual(5);
  }, 180_000);

  it('a synth of many machines gives each the system that plain nix gives', async () => {
    for (const index of [0, 37, MACHINES - 1]) {
      const installable = `.#nixosConfigurations.web${index}.config.system.build.toplevel.outPath`;
      const plain = await fleet.deployer.succeed('nix', ['eval', '--raw', installable]);
      const synthesized = await synthesizedToplevel(fleet.deployer, `stack${index % STACKS}`, `web${index}`);
      expect(synthesized).toBe(plain);
    }
  }, 60_000);
});
