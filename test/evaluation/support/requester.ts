import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { EvaluationHandle } from '../../../lib/evaluation/handle';
import type { EvaluatedConfiguration } from '../../../lib/evaluation/request/evaluated-configuration';
import { Wants } from '../../../lib/evaluation/request/wants';
import type { NixosConfiguration } from '../../../lib/nixos-configuration';
import type { ProjectFolder } from './project-folder';

/** A construct that requests a configuration, as a deployment does. */
export class Requester extends Construct {
  private readonly handle: EvaluationHandle<EvaluatedConfiguration>;

  constructor(scope: Construct, id: string, configuration: NixosConfiguration, wants = Wants.NONE) {
    super(scope, id);
    this.handle = configuration._evaluation(this, wants);
    this.node.addValidation({ validate: () => this.handle.problems() });
  }

  get evaluated(): EvaluatedConfiguration {
    return this.handle.result();
  }
}

/** Synthesizes a program with one configuration. */
export function evaluate(project: ProjectFolder, make: () => NixosConfiguration): EvaluatedConfiguration {
  return evaluateAll(project, () => ({ web: make() })).web;
}

/** Synthesizes a program with configurations by name. */
export function evaluateAll(
  project: ProjectFolder,
  make: (stack: TerraformStack) => { [name: string]: NixosConfiguration },
): { [name: string]: EvaluatedConfiguration } {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    const stack = new TerraformStack(app, 'fleet');
    const requesters = Object.entries(make(stack)).map(
      ([name, configuration]) => new Requester(stack, name, configuration),
    );
    app.synth();
    return Object.fromEntries(requesters.map((requester) => [requester.node.id, requester.evaluated]));
  });
}

/** The message that a user gets who synthesizes it; fails the test when there is none. */
export function problemsOf(project: ProjectFolder, make: () => NixosConfiguration): string {
  try {
    evaluate(project, make);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was evaluated without a problem');
}
