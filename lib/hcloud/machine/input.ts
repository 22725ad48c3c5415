import type { IConstruct } from 'constructs';
import type { Fields } from '../../job/field';
import { Checks } from '../../terraform/checks';
import { display } from '../../validation/display';
import { instanceProblem, type OptionNames } from '../../validation/options';
import type { Problem } from '../../validation/problem';
import type { HcloudMachineProps } from '../hcloud-machine-props';
import { FIREWALL_RULE_FIELDS, MACHINE_FIELDS, NETWORK_FIELDS, VOLUME_FIELDS } from './fields';
import { immutableProblem } from './immutable';
import { nameProblem, SUFFIX_LENGTH } from './name';
import { labelNameProblem, labelValueProblem } from './user-labels';

/** The names of all props. */
const PROPS: OptionNames = {
  image: true,
  name: true,
  ...MACHINE_FIELDS,
  firewall: true,
  networks: true,
  volumes: true,
  labels: true,
  hostKey: true,
  ssh: true,
  dependsOn: true,
} satisfies Record<keyof HcloudMachineProps, unknown>;

/**
 * Refuses props that cannot make a server, as far as they are known while the program runs.
 *
 * @param isSubclass any name passes: a subclass may hand on what it got itself
 */
export function checkMachine(machine: IConstruct, props: HcloudMachineProps, isSubclass: boolean): void {
  const check = new Checks(machine.node.path);
  check.options('props', props, isSubclass ? undefined : PROPS, '');
  const anImage = 'write new HcloudImage(...), or give a construct that implements IHcloudImage';
  check.refuse('image', instanceProblem(props.image, 'imageId', 'an image of Hetzner Cloud (IHcloudImage)', anImage));
  check.fields('', MACHINE_FIELDS, { ...props });
  const reserved = props.replaceOnImageChange ? SUFFIX_LENGTH : 0;
  check.literal('name', props.name ?? machine.node.id, (name) => nameProblem(name, reserved));
  checkParts(check, 'firewall', props.firewall, FIREWALL_RULE_FIELDS);
  checkParts(check, 'networks', props.networks, NETWORK_FIELDS);
  checkFirewall(check, props);
  checkVolumes(check, props.volumes);
  checkLabels(check, props.labels);
  check.list('dependsOn', props.dependsOn);
  checkAddresses(check, props);
  const immutable = immutableProblem(props);
  if (immutable) check.refuse(immutable.field, immutable.problem);
}

/** A list of objects with these fields. */
function checkParts(check: Checks, name: string, list: readonly object[] | undefined, fields: Fields): void {
  check.list(name, list);
  (list ?? []).forEach((part, i) => {
    check.options(`${name}[${i}]`, part, fields);
    check.fields(`${name}[${i}].`, fields, { ...part });
  });
}

/** With any firewall, what no rule lets in is dropped: ssh has to be thought of. */
function checkFirewall(check: Checks, { firewall = [], sshFrom }: HcloudMachineProps): void {
  firewall.forEach(({ from, port, protocol }, i) => {
    if (from.length === 0) check.refuse(`firewall[${i}].from`, NOBODY);
    const { name = 'tcp' } = protocol ?? {};
    if (port !== undefined && name !== 'tcp' && name !== 'udp')
      check.refuse(`firewall[${i}].port`, portless(port, name));
  });
  if (firewall.length > 0 && sshFrom === undefined) check.refuse('sshFrom', NO_SSH);
}

const NOBODY: Problem = {
  given: 'an empty list',
  expected: 'at least one network',
  fix: 'for everybody, write ["0.0.0.0/0", "::/0"]; for nobody, leave the rule out',
};

const NO_SSH: Problem = {
  given: 'nothing',
  expected: 'the networks from which ssh is let in, because there is a firewall',
  fix: 'give the addresses of the machines that apply, or [] for nobody',
};

function portless(port: string, protocol: string): Problem {
  return { given: display(port), expected: `no port: ${protocol} has none`, fix: 'leave it out' };
}

function checkVolumes(check: Checks, volumes: HcloudMachineProps['volumes']): void {
  if (volumes === undefined) return;
  check.options('volumes', volumes);
  for (const [name, volume] of Object.entries(volumes)) {
    check.refuse('volumes', volumeNameProblem(name));
    check.options(`volumes.${name}`, volume, VOLUME_FIELDS);
    check.fields(`volumes.${name}.`, VOLUME_FIELDS, { ...volume });
  }
}

function volumeNameProblem(name: string): Problem | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return undefined;
  const expected = 'a name of at most 32 lower-case letters, digits and dashes';
  return { given: display(name), expected, fix: 'the volume is named after the machine and this name' };
}

function checkLabels(check: Checks, labels: HcloudMachineProps['labels']): void {
  if (labels === undefined) return;
  check.options('labels', labels);
  for (const [name, value] of Object.entries(labels)) {
    check.refuse('labels', labelNameProblem(name));
    check.value(`labels.${name}`, value, labelValueProblem);
  }
}

/** Nobody could log in to a server without any address. */
function checkAddresses(check: Checks, { publicIpv4, publicIpv6, networks = [] }: HcloudMachineProps): void {
  const hasPublic = publicIpv4?.name !== 'none' || publicIpv6?.name !== 'none';
  if (!hasPublic && networks.length === 0) check.refuse('publicIpv4', NO_ADDRESS);
}

const NO_ADDRESS: Problem = {
  given: 'no public address and no private network',
  expected: 'at least one address',
  fix: 'leave publicIpv4 or publicIpv6 out, or give the machine `networks`',
};
