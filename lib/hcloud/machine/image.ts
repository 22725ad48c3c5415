import type { IConstruct } from 'constructs';
import { synthValue } from '../../terraform/synth-value';
import { isToken } from '../../terraform/token';
import { display } from '../../validation/display';
import { type Problem, problemLine } from '../../validation/problem';
import type { IHcloudImage } from '../hcloud-image-reference';
import { architectureOf, diskOf } from './server-type';

/** One line for each reason why a type of server cannot boot an image, as far as it is known at synth. */
export function imageProblems(machine: IConstruct, image: IHcloudImage, serverType: string): string[] {
  if (isToken(serverType)) return [];
  const problems = [architectureProblem(machine, image, serverType), diskProblem(image, serverType)];
  return problems.filter((problem) => problem !== undefined).map((problem) => problemLine('serverType', problem));
}

function architectureProblem(machine: IConstruct, image: IHcloudImage, serverType: string): Problem | undefined {
  const has = architectureOf(serverType);
  const wants = architecture(machine, image);
  if (has === undefined || wants === undefined || has === wants) return undefined;
  return {
    given: `${display(serverType)}, which is ${has}`,
    expected: `a type for ${wants}, because of the image ${image.node.path}`,
    fix: wants === 'arm' ? 'cax types are arm' : 'all types but cax are x86',
  };
}

/** undefined when only Terraform knows it. */
function architecture(machine: IConstruct, image: IHcloudImage): string | undefined {
  const found = synthValue(image.architecture, machine);
  return 'value' in found && typeof found.value === 'string' ? found.value : undefined;
}

function diskProblem({ diskSizeGb, node }: IHcloudImage, serverType: string): Problem | undefined {
  const disk = diskOf(serverType);
  if (disk === undefined || diskSizeGb === undefined || diskSizeGb <= disk) return undefined;
  return {
    given: `${display(serverType)}, whose disk has ${disk} GB`,
    expected: `a disk of at least ${diskSizeGb} GB, because of the image ${node.path}`,
    fix: 'choose a type with a larger disk, or make the image smaller',
  };
}
