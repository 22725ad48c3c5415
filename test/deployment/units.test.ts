import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import type { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosDeployment, type NixosDeploymentProps } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { SecretSource } from '../../lib/secret-source';
import { configuration, evaluatedConfiguration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';

useProject();

const AT = 'values.greeting.restartUnits[0]';
const unit = { script: 'true' };
const host = () =>
  evaluatedConfiguration({
    systemd: { services: { host: unit, 'worker@': { description: 'One of many' }, 'web.example': unit } },
  });

interface Outcome {
  readonly error: string;
  readonly warnings: string[];
}

/** The error of a synth, and its warnings about units when there is none. */
function restarting(name: string, system: NixosConfiguration = host()): Outcome {
  return synthesized({ configuration: system, values: { greeting: { value: 1, restartUnits: [name] } } });
}

function synthesized(props: Pick<NixosDeploymentProps, 'configuration' | 'values' | 'secrets'>): Outcome {
  const machine = NixosMachine.fromHost(stack, 'web', { host: 'web.example', hostKeys: HostKeys.pinned([ed25519()]) });
  new NixosDeployment(stack, 'web-system', { machine, ...props });
  const error = refusal(() => project.synth());
  const warnings = error === 'nothing was refused' ? project.annotations().map(({ message }) => message) : [];
  return { error, warnings: warnings.filter((message) => message.includes('Units')) };
}

describe('a unit that is restarted', () => {
  it.each(['host.service', 'worker@1.service', 'worker@a.b.service', 'worker@.service', 'web.example.service'])(
    'the unit %s is declared',
    (name) => {
      expect(restarting(name)).toEqual({ error: 'nothing was refused', warnings: [] });
    },
  );

  it('a misspelt unit is refused with the one that was meant', () => {
    expect(restarting('hots.service').error).toContain(
      `[stack/web-system] ${AT}: got "hots.service", expected a unit that the configuration declares; did you mean ` +
        'host.service? a unit that only a package brings is declared by systemd.services.hots = { };',
    );
  });

  it('a misspelt instance is refused with the template that was meant', () => {
    expect(restarting('wroker@1.service').error).toContain('did you mean worker@.service?');
  });

  it.each(['host.timer', 'fwupd.service'])('the unit %s, which a package may bring, gets a warning', (name) => {
    expect(restarting(name)).toEqual({
      error: 'nothing was refused',
      warnings: [
        `${AT}: the configuration does not declare "${name}", so nothing is restarted unless a package brings it; ` +
          'correct the name if it is misspelt',
      ],
    });
  });

  it('a configuration from a store path is not checked', () => {
    expect(restarting('hots.service', configuration())).toEqual({ error: 'nothing was refused', warnings: [] });
  });
});

describe('a unit that a secret restarts or reloads', () => {
  const secret = { source: SecretSource.environment('TOKEN'), version: '1' };
  const naming = (units: { restartUnits?: string[]; reloadUnits?: string[] }) =>
    synthesized({ configuration: host(), secrets: { token: { ...secret, ...units } } });

  it('the units of a secret are declared', () => {
    const units = { restartUnits: ['host.service'], reloadUnits: ['worker@1.service'] };
    expect(naming(units)).toEqual({ error: 'nothing was refused', warnings: [] });
  });

  it.each(['restartUnits', 'reloadUnits'])('a misspelt unit in %s is refused with the one that was meant', (list) => {
    expect(naming({ [list]: ['host.service', 'hots.service'] }).error).toContain(
      `[stack/web-system] secrets.token.${list}[1]: got "hots.service", expected a unit that the configuration declares; ` +
        'did you mean host.service?',
    );
  });

  it('a unit to reload that a package may bring gets a warning', () => {
    expect(naming({ reloadUnits: ['fwupd.service'] }).warnings).toEqual([
      'secrets.token.reloadUnits[0]: the configuration does not declare "fwupd.service", so nothing is reloaded unless a ' +
        'package brings it; correct the name if it is misspelt',
    ]);
  });
});
