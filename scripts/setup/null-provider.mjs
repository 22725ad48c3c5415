import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, run } from './command.mjs';
import { providerMirror, terraformConfigFile } from './environment.mjs';
import { report } from './report.mjs';
import { SetupError } from './setup-error.mjs';

/** `@cdktf/provider-null` 11.0.1 asks for exactly this version. */
const VERSION = '3.2.4';

/** The newest state of the provider that the Go module proxy serves; real code, plugin protocol 5. */
const GO_MODULE = 'github.com/terraform-providers/terraform-provider-null@v1.0.1-0.20191204185112-e5c592237f62';

const REGISTRY_SECONDS = 60;
const BUILD_SECONDS = 600;

/** Makes Terraform find the null provider without asking anybody at each run. */
export function ensureNullProvider() {
  if (existsSync(terraformConfigFile)) {
    report('null provider', 'reused');
    return;
  }
  mkdirSync(path.dirname(terraformConfigFile), { recursive: true });
  const staging = mkdtempSync(path.join(tmpdir(), 'null-provider-'));
  try {
    const source = fill(staging);
    rmSync(providerMirror, { recursive: true, force: true });
    cpSync(path.join(staging, 'mirror'), providerMirror, { recursive: true });
    writeCliConfig();
    report('null provider', source);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** @param {string} staging */
function fill(staging) {
  const registry = fromRegistry(staging);
  if (registry.ok) return "from Terraform's registry";
  const go = fromGoModule(staging);
  if (go.ok) return "built from its Go module (Terraform's registry was not reachable)";
  const build = go.missing
    ? 'and Go, which could build it, is not on PATH'
    : `and building it failed:\n${lastLines(go.output)}`;
  throw new SetupError(
    `the null provider could not be had: Terraform's registry did not give it, ${build}\n` +
      `Connect to the registry or install Go, then run the command again. Terraform said:\n${lastLines(registry.output)}`,
  );
}

/** @param {string} staging */
function fromRegistry(staging) {
  return terraform(staging, ['providers', 'mirror', 'mirror']);
}

/**
 * A provider lies in a mirror under its full source address, and Terraform itself knows which one that is.
 *
 * @param {string} staging
 */
function sourceAddress(staging) {
  const { output } = terraform(staging, ['providers']);
  const address = /provider\[([^\]]+)\]/.exec(output)?.[1];
  if (address === undefined) {
    throw new SetupError(`terraform did not name the null provider's source address. It said:\n${lastLines(output)}`);
  }
  return address.split('/');
}

/**
 * Terraform in a project that requires the provider and nothing else.
 *
 * @param {string} staging
 * @param {string[]} args
 */
function terraform(staging, args) {
  const required = { null: { source: 'hashicorp/null', version: VERSION } };
  writeFileSync(path.join(staging, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  const emptyConfig = path.join(staging, 'empty.tfrc');
  writeFileSync(emptyConfig, '');
  return run('terraform', args, {
    cwd: staging,
    env: { TF_CLI_CONFIG_FILE: emptyConfig, CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '', NO_COLOR: '1' },
    timeoutSeconds: REGISTRY_SECONDS,
  });
}

/** @param {string} staging */
function fromGoModule(staging) {
  report('null provider', "Terraform's registry is not reachable; building the provider from its Go module");
  const bin = path.join(staging, 'bin');
  const result = run('go', ['install', GO_MODULE], {
    cwd: staging,
    env: { GOBIN: bin, GOFLAGS: '-buildvcs=false' },
    timeoutSeconds: BUILD_SECONDS,
  });
  if (result.ok) {
    const folder = path.join(
      staging,
      'mirror',
      ...sourceAddress(staging),
      VERSION,
      `linux_${process.arch === 'x64' ? 'amd64' : process.arch}`,
    );
    mkdirSync(folder, { recursive: true });
    const provider = path.join(folder, `terraform-provider-null_v${VERSION}`);
    renameSync(path.join(bin, 'terraform-provider-null'), provider);
    chmodSync(provider, 0o755);
  }
  return result;
}

/** Written last: its presence says that the mirror is complete. */
function writeCliConfig() {
  // Terraform's language refuses a block with two arguments on one line.
  const text = `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(providerMirror)}
    include = ["hashicorp/null"]
  }
  direct {
    exclude = ["hashicorp/null"]
  }
}
`;
  writeFileSync(terraformConfigFile, text);
}
