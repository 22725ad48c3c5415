import type { Problem } from '../../validation/problem';
import type { HcloudMachineProps } from '../hcloud-machine-props';

/** A prop that a machine cannot have whose server is replaced by another image. */
interface RefusedProp {
  readonly field: string;
  readonly problem: Problem;
}

const EXPECTED =
  'nothing that cannot be on two servers at once, because of replaceOnImageChange: the new server is there first';

/** The first prop that a machine cannot have whose server is replaced by another image, if there is one. */
export function immutableProblem(props: HcloudMachineProps): RefusedProp | undefined {
  if (!props.replaceOnImageChange) return undefined;
  return protectedProblem(props) ?? addressProblem(props) ?? networkProblem(props) ?? volumesProblem(props);
}

function protectedProblem({ protect }: HcloudMachineProps): RefusedProp | undefined {
  if (!protect) return undefined;
  const expected = 'false, because of replaceOnImageChange: another image replaces the server';
  return { field: 'protect', problem: { given: 'true', expected, fix: 'leave one of the two out' } };
}

function addressProblem({ publicIpv4, publicIpv6 }: HcloudMachineProps): RefusedProp | undefined {
  const [field] = Object.entries({ publicIpv4, publicIpv6 })
    .filter(([, address]) => address?.name === 'kept' || address?.name === 'existing')
    .map(([name]) => name);
  if (field === undefined) return undefined;
  const fix = 'put a load balancer or a floating IP in front of the machine';
  return { field, problem: { given: 'an address that stays', expected: EXPECTED, fix } };
}

function networkProblem({ networks = [] }: HcloudMachineProps): RefusedProp | undefined {
  const index = networks.findIndex(({ ip, aliasIps = [] }) => ip !== undefined || aliasIps.length > 0);
  if (index < 0) return undefined;
  const field = `networks[${index}].${networks[index]?.ip === undefined ? 'aliasIps' : 'ip'}`;
  const fix = 'leave it out: Hetzner chooses one, which is in privateIps';
  return { field, problem: { given: 'a fixed address', expected: EXPECTED, fix } };
}

function volumesProblem({ volumes = {} }: HcloudMachineProps): RefusedProp | undefined {
  const [name] = Object.keys(volumes);
  if (name === undefined) return undefined;
  const fix = 'keep data elsewhere, or leave replaceOnImageChange out';
  return { field: `volumes.${name}`, problem: { given: 'a volume', expected: EXPECTED, fix } };
}
