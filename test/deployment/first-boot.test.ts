import path from 'node:path';
import { expect, it } from 'vitest';
import { firstBootProblems } from '../../lib/deployment/first-boot';
import { MachineHostKey } from '../../lib/machine-host-key';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosModule } from '../../lib/nixos-module';
import { CloudMachine } from '../first-contact/support/cloud-machine';
import { useTestContact } from '../first-contact/support/use-test-contact';
import { evaluatedConfiguration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';

useProject();
const record = useTestContact();

const EXPECTED =
  "expected one that gives a new host the key by which its first login is checked (this package's NixOS module)";
const SETTINGS = 'set cdktf-nixos.firstBoot = { enable = true; source = "hetzner"; }';
const MODULES = path.join(__dirname, '..', '..', 'nix', 'modules');

it.each([
  [
    null,
    'a configuration without cdktf-nixos.firstBoot',
    `import the NixOS module cdktf-nixos.nixosModules.default and ${SETTINGS}`,
  ],
  [{ enabled: false, source: null }, 'a configuration with cdktf-nixos.firstBoot.enable = false', SETTINGS],
  [{ enabled: true, source: 'ec2' }, 'a configuration with cdktf-nixos.firstBoot.source = "ec2"', SETTINGS],
])('a configuration whose first boot is %j is refused', (answer, given, fix) => {
  expect(firstBootProblems('image', 'hetzner', answer)).toEqual([`image: got ${given}, ${EXPECTED}; ${fix}`]);
});

it('a configuration that is not evaluated, that fits, or of a machine that needs no module is not refused', () => {
  const fitting = { enabled: true, source: 'hetzner' };
  const all = [
    firstBootProblems('image', 'hetzner', undefined),
    firstBootProblems('image', 'hetzner', fitting),
    firstBootProblems('image', undefined, null),
  ];
  expect(all).toEqual([[], [], []]);
});

const without = () => evaluatedConfiguration({ networking: { hostName: 'web' } });
const withModule = () =>
  without().extend({
    modules: [
      NixosModule.fromFile(path.join(MODULES, 'default.nix'), { root: MODULES }),
      NixosModule.fromConfig({ 'cdktf-nixos': { firstBoot: { enable: true, source: 'hetzner' } } }),
    ],
  });

it('synth refuses the configurations of the image and of the deployment that do not import the module', () => {
  const machine = new CloudMachine(stack, 'web', { configuration: without() });
  new NixosDeployment(stack, 'web-system', { machine, configuration: without() });
  let message = '';
  try {
    project.synth();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain('[stack/web/first-contact] image: got a configuration without cdktf-nixos.firstBoot');
  expect(message).toContain('[stack/web-system] configuration: got a configuration without cdktf-nixos.firstBoot');
}, 60_000);

it('synth takes configurations that import the module, and any where the first key is believed', () => {
  const machine = new CloudMachine(stack, 'web', { configuration: withModule(), record: record() });
  new NixosDeployment(stack, 'web-system', { machine, configuration: withModule() });
  const hostKey = MachineHostKey.trustOnFirstUse('known_hosts');
  const other = new CloudMachine(stack, 'other', { configuration: without(), hostKey, host: '198.18.0.9' });
  new NixosDeployment(stack, 'other-system', { machine: other, configuration: without() });
  expect(Object.keys(project.synth().resource.null_resource)).toHaveLength(4);
}, 60_000);
