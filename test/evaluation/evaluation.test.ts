import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { afterEach, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { countedNix, evaluators } from './support/counted-nix';
import { describeWithEachNix } from './support/nix-versions';
import { ProjectFolder } from './support/project-folder';
import { Requester } from './support/requester';

afterEach(() => void vi.unstubAllEnvs());

const machine = (name: string) => `web = system [ { networking.hostName = "${name}"; } ];`;
const web = () => NixosConfiguration.fromFlake('.#web');

describeWithEachNix('a synth', () => {
  it('a synth gives the same bytes in another folder with another home', () => {
    const first = ProjectFolder.flake(`${machine('web')} db = system [ ];`);
    const second = ProjectFolder.empty();
    cpSync(first.directory, second.directory, { recursive: true });
    const texts = [first, second].map((project) => {
      vi.stubEnv('HOME', path.join(project.directory, 'home'));
      mkdirSync(path.join(project.directory, 'home'), { recursive: true });
      writeFileSync(path.join(project.directory, '.git/info/exclude'), 'home\n');
      return project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        const modules = [NixosModule.fromConfig({ users: { motd: 'x' } })];
        const requester = new Requester(stack, 'web', web().extend({ modules }));
        new TerraformOutput(stack, 'toplevel', { value: web().toplevel });
        new TerraformOutput(stack, 'ports', { value: web().option('services.openssh.ports').asAny() });
        app.synth();
        expect(requester.evaluated.toplevel).toContain('/nix/store/');
        const json = readFileSync(path.join(project.output, 'stacks/fleet/cdk.tf.json'), 'utf8');
        const record = readFileSync(path.join(project.output, 'nixos/manifest.json'), 'utf8');
        return [json.replaceAll(project.directory, ''), record];
      });
    });
    expect(texts[0]).toEqual(texts[1]);
  });

  it('a synth works in an output folder with any characters', () => {
    const project = ProjectFolder.flake(machine('web'));
    const output = path.join(project.directory, 'cdktf.out', "ü #?%20 'q'");
    mkdirSync(path.dirname(output));
    project.within(() => {
      const app = new App({ outdir: output });
      const requester = new Requester(new TerraformStack(app, 'fleet'), 'web', web());
      app.synth();
      expect(requester.evaluated.toplevel).toContain('-nixos-system-web-');
    });
    expect(existsSync(path.join(output, 'nixos', 'manifest.json'))).toBe(true);
  });

  it('a synth evaluates what an aspect adds late in one more batch', () => {
    const project = ProjectFolder.flake(`${machine('web')} db = system [ ];`);
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        new Requester(stack, 'web', web());
        const late = new TerraformStack(app, 'late');
        late.node.addValidation({
          validate: () => {
            const { toplevel } = new Requester(late, 'db', NixosConfiguration.fromFlake('.#db')).evaluated;
            return toplevel ? [] : ['nothing'];
          },
        });
        app.synth();
      }),
    );
    expect(evaluators(commands)).toHaveLength(2);
  });
});
