import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { HostKeys, NixosConfiguration, NixosDeployment, NixosMachine } from 'cdktf-nixos';

const SIZES = [250, 500, 1000, 2000, 4000];

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

/** A program with so many deployments, and its synth. Nothing is evaluated: Nix's time is not ours. */
function measure(size: number, outdir: string): { readonly program: number; readonly synth: number } {
  const began = performance.now();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'bench');
  const hostKeys = HostKeys.pinned([KEY]);
  const configuration = NixosConfiguration.fromStorePath(`/nix/store/${'0'.repeat(32)}-nixos-system-bench`);
  for (let i = 0; i < size; i += 1) {
    const machine = NixosMachine.fromHost(stack, `m${i}`, { host: `10.0.${i >> 8}.${i & 255}`, hostKeys });
    new NixosDeployment(stack, `m${i}-system`, { machine, configuration });
  }
  const constructed = performance.now();
  app.synth();
  return { program: constructed - began, synth: performance.now() - constructed };
}

function inFolder(size: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-synth-'));
  try {
    return measure(size, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The first run pays for loading and compiling.
inFolder(SIZES[0]!);
console.log('| deployments | program s | synth s | ms for each |\n| --- | --- | --- | --- |');
for (const size of SIZES) {
  const { program, synth } = inFolder(size);
  const seconds = [program, synth].map((time) => (time / 1000).toFixed(2));
  console.log(`| ${[size, ...seconds, ((program + synth) / size).toFixed(2)].join(' | ')} |`);
}
