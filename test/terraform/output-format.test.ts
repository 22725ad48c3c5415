import { App, TerraformStack } from 'cdktf';
import { afterEach, expect, it, vi } from 'vitest';
import { NixBuild } from '../../lib/nix-build';
import { refusal } from '../support/refusal';

afterEach(() => vi.unstubAllEnvs());

const REFUSED =
  '[stack/check] output: got HCL (cdktf synth --hcl, SYNTH_HCL_OUTPUT or hclOutput of the App), expected ' +
  "Terraform's JSON syntax, because CDK for Terraform writes JSON text wrongly into HCL; synthesize without it: " +
  'Terraform reads cdk.tf.json as well';

function build(app: App): () => unknown {
  return () => new NixBuild(new TerraformStack(app, 'stack'), 'check', { installable: '.#checks.x86_64-linux.web' });
}

it.each(['true', '1'])('a synth with SYNTH_HCL_OUTPUT=%s is refused where the first construct is made', (value) => {
  vi.stubEnv('SYNTH_HCL_OUTPUT', value);
  expect(refusal(build(new App()))).toBe(REFUSED);
});

it('an app that writes HCL is refused', () => {
  expect(refusal(build(new App({ hclOutput: true })))).toBe(REFUSED);
});

it('an app that writes JSON is accepted', () => {
  vi.stubEnv('SYNTH_HCL_OUTPUT', 'false');
  expect(refusal(build(new App()))).toBe('nothing was refused');
});
