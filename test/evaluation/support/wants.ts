import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { EvaluatedConfiguration } from '../../../lib/evaluation/request/evaluated-configuration';
import type { NixosConfiguration } from '../../../lib/nixos-configuration';
import type { Project } from './project';

/** A construct that wants a configuration, as a deployment does. */
export class Wants extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly configuration: NixosConfiguration,
  ) {
    super(scope, id);
    configuration._request(this);
    this.node.addValidation({ validate: () => configuration._problems(this) });
  }

  get evaluated(): EvaluatedConfiguration {
    return this.configuration._evaluated(this);
  }
}

/** Synthesizes a program with one configuration. */
export function evaluate(project: Project, make: () => NixosConfiguration): EvaluatedConfiguration {
  return evaluateAll(project, () => ({ web: make() })).web;
}

/** Synthesizes a program with configurations by name. */
export function evaluateAll(
  project: Project,
  make: (stack: TerraformStack) => { [name: string]: NixosConfiguration },
): { [name: string]: EvaluatedConfiguration } {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    const stack = new TerraformStack(app, 'fleet');
    const wants = Object.entries(make(stack)).map(([name, configuration]) => new Wants(stack, name, configuration));
    app.synth();
    return Object.fromEntries(wants.map((want) => [want.node.id, want.evaluated]));
  });
}

/** The message that a user who synthesizes it gets; fails the test when there is no error. */
export function problemsOf(project: Project, make: () => NixosConfiguration): string {
  try {
    evaluate(project, make);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was evaluated without a problem');
}
