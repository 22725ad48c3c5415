import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModulePriority } from '../../lib/module-priority';
import { ACCOUNTS, DECLARED_SECRETS, UNITS, Wants } from '../../lib/evaluation/request/wants';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { NixpkgsSource } from '../../lib/nixpkgs-source';
import { ProjectFolder } from './support/project-folder';
import { inStore, lockedReference } from './support/real-nixpkgs';
import { evaluateAll, Requester } from './support/requester';

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;

const MACHINE = `{
  networking.hostName = "web";
  services.openssh.enable = true;
  fileSystems."/".device = "/dev/vda1";
  fileSystems."/".fsType = "ext4";
  boot.loader.grub.device = "/dev/vda";
  system.stateVersion = "26.05";
}`;
const toplevel = (name: string) => `.#nixosConfigurations.${name}.config.system.build.toplevel`;

describe.skipIf(nixpkgs === undefined)(`real NixOS (source tree ${nixpkgs ?? 'of NIXPKGS, which is not set'})`, () => {
  const before = process.env.PATH;
  let store: { path: string; narHash: string };

  beforeAll(() => {
    if (bin) process.env.PATH = `${bin}${path.delimiter}${before}`;
    store = inStore(nixpkgs as string);
  }, 600_000);
  afterAll(() => {
    process.env.PATH = before;
  });

  it('a real NixOS of a flake has the derivation that nix eval gives, extended or not', () => {
    const project = ProjectFolder.empty({
      'machine.nix': MACHINE,
      'flake.nix': `{
        inputs.nixpkgs.url = "${lockedReference(store)}";
        outputs = { self, nixpkgs }: {
          nixosConfigurations = rec {
            web = nixpkgs.lib.nixosSystem {
              system = "x86_64-linux";
              modules = [ ./machine.nix { system.configurationRevision = self.rev or self.dirtyRev; } ];
            };
            byHand = web.extendModules {
              specialArgs.role = "front";
              modules = [
                { networking.hostName = nixpkgs.lib.mkForce "front"; environment.etc.role.text = "front"; }
                ({ role, ... }: { users.motd = role; })
              ];
            };
          };
        };
      }`,
    });
    project.write({ 'role.nix': '{ role, ... }: { users.motd = role; }', '.gitignore': 'cdktf.out' });
    project.run('git', ['init', '--quiet']);
    project.run('git', ['add', '.']);
    project.lock();
    project.commit();
    const { web, front } = evaluateAll(project, () => {
      const configuration = NixosConfiguration.fromFlake('.#web');
      const forced = NixosModule.fromConfig({ networking: { hostName: 'front' } }, { priority: ModulePriority.FORCE });
      const added = NixosModule.fromConfig({ environment: { etc: { role: { text: 'front' } } } });
      const modules = [forced, added, NixosModule.fromFile('role.nix')];
      return { web: configuration, front: configuration.extend({ specialArgs: { role: 'front' }, modules }) };
    });
    expect(web.drvPath).toBe(project.nixEval(`${toplevel('web')}.drvPath`));
    expect(web.toplevel).toBe(project.nixEval(toplevel('web')));
    expect(web).toMatchObject({ system: 'x86_64-linux', switchable: true });
    expect(front.drvPath).toBe(project.nixEval(`${toplevel('byHand')}.drvPath`));
    expect(front.toplevel).not.toBe(web.toplevel);
    project.write({ 'machine.nix': MACHINE.replace('web', 'dirty') });
    const dirty = evaluateAll(project, () => ({ web: NixosConfiguration.fromFlake('.#web') }));
    expect(dirty.web.drvPath).toBe(project.nixEval(`${toplevel('web')}.drvPath`));
    expect(dirty.web.toplevel).not.toBe(web.toplevel);
  }, 600_000);

  it('a real NixOS of a configuration.nix has the derivation that the same nixpkgs gives by hand', () => {
    const project = ProjectFolder.empty({
      'configuration.nix': '{ imports = [ ./machine.nix ]; users.motd = "file"; }',
      'machine.nix': MACHINE,
    });
    const system = 'x86_64-linux';
    const source = lockedReference(store);
    const evaluated = evaluateAll(project, () => ({
      path: NixosConfiguration.fromFile('configuration.nix', { nixpkgs: NixpkgsSource.fromPath(store.path), system }),
      flake: NixosConfiguration.fromFile('configuration.nix', { nixpkgs: NixpkgsSource.fromFlake(source), system }),
    }));
    const byHand = execaSync(
      'nix-instantiate',
      [`${store.path}/nixos`, '-A', 'system', '--argstr', 'system', system, '-I', 'nixos-config=./configuration.nix'],
      { cwd: project.directory },
    ).stdout;
    expect(evaluated.path.drvPath).toBe(byHand);
    expect(evaluated.flake.drvPath).toBe(byHand);
  }, 600_000);

  it('a real NixOS names the option that a mistyped one means, in a token and in a module', () => {
    const project = ProjectFolder.empty({ 'configuration.nix': MACHINE });
    const nixpkgs = NixpkgsSource.fromPath(store.path);
    const configuration = () =>
      NixosConfiguration.fromFile(path.join(project.directory, 'configuration.nix'), {
        nixpkgs,
        system: 'x86_64-linux',
      });
    project.within(() =>
      project.stack((stack) => {
        const read = (option: string) => () => configuration().option(option).read(stack) as unknown;
        expect(read('services.ngnix.enable')).toThrow('did you mean services.nginx.enable?');
        expect(read('networking.firewall.allowedTcpPorts')).toThrow('networking.firewall.allowedTCPPorts?');
        expect(read('services.nginx.enable')()).toBe(false);
        const modules = [NixosModule.fromConfig({ services: { ngnix: { enable: true } } })];
        const wrong = configuration().extend({ modules }).option('networking.hostName');
        expect(() => wrong.read(stack) as unknown).toThrow(
          /The option `services.ngnix' does not exist[\s\S]*services.nginx/,
        );
      }),
    );
  }, 600_000);

  it('a real NixOS tells its accounts, its units and the secrets that it declares', () => {
    const modules = path.join(__dirname, '..', '..', 'nix', 'modules');
    const project = ProjectFolder.empty({
      'configuration.nix': `{ config, ... }: {
        imports = [ ./machine.nix ${modules}/default.nix ];
        users.users.billing = { isSystemUser = true; group = "billing"; };
        users.groups.billing = { };
        cdktf-nixos.secrets.token = { };
        systemd.services.billing = { requires = [ config.cdktf-nixos.secrets.token.unit ]; script = "exec sleep 1"; };
      }`,
      'machine.nix': MACHINE,
    });
    const nixpkgs = NixpkgsSource.fromPath(store.path);
    const file = path.join(project.directory, 'configuration.nix');
    const wants = Wants.of(ACCOUNTS, UNITS, DECLARED_SECRETS);
    project.within(() =>
      project.stack((stack) => {
        const web = NixosConfiguration.fromFile(file, { nixpkgs, system: 'x86_64-linux' });
        const { answers } = new Requester(stack, 'web', web, wants).evaluated;
        expect(answers.get(ACCOUNTS)?.users).toEqual(expect.arrayContaining(['root', 'sshd', 'billing']));
        expect(answers.get(ACCOUNTS)?.groups).toEqual(expect.arrayContaining(['wheel', 'keys', 'billing']));
        expect(answers.get(UNITS)).toEqual(
          expect.arrayContaining(['billing.service', 'cdktf-nixos-secret-token.service', 'sshd.service']),
        );
        expect(answers.get(DECLARED_SECRETS)).toEqual(['token']);
      }),
    );
  }, 600_000);
});
