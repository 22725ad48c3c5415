import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import {
  HostKeys,
  NixosConfiguration,
  NixosDeployment,
  NixosMachine,
  NixosModule,
  SecretSource,
  type SshOptions,
} from 'cdktf-nixos';

const { web }: { web: { host: string; ssh?: SshOptions } } = JSON.parse(readFileSync('hosts.json', 'utf8'));
const secretsModule = require.resolve('cdktf-nixos/nix/modules/secrets.nix');

const app = new App();
const stack = new TerraformStack(app, 'web');

const machine = NixosMachine.fromHost(stack, 'web', {
  host: web.host,
  ssh: web.ssh,
  hostKeys: HostKeys.fromKnownHostsFile('known_hosts'),
});
new NixosDeployment(stack, 'web-system', {
  machine,
  configuration: NixosConfiguration.fromFlake('.#web').extend({
    modules: [NixosModule.fromFile(secretsModule, { root: path.dirname(secretsModule) })],
  }),
  secrets: {
    // Whoever applies has the token in the environment: API_TOKEN=... npx cdktf deploy
    apiToken: { source: SecretSource.environment('API_TOKEN'), version: '2026-11', restartUnits: ['billing.service'] },
    // In a folder that git ignores; "pass", "op" or "vault" would be SecretSource.command(['pass', 'web/signing-key']).
    signingKey: {
      source: SecretSource.file('secrets/signing-key'),
      version: '1',
      reloadUnits: ['signer.service'],
    },
  },
});

app.synth();
