import {
  choiceField,
  type Field,
  type Fields,
  field,
  literalField,
  literalListField,
  optionalField,
} from '../../job/field';
import { choiceProblem } from '../../validation/choice';
import { display } from '../../validation/display';
import { hostProblem } from '../../validation/host';
import type { Problem } from '../../validation/problem';
import { publicKeyProblem } from '../../validation/public-key';
import { PROTOCOLS } from '../hcloud-protocol';
import { VOLUME_FORMATS } from '../hcloud-volume-format';
import { locationProblem } from './location';
import { privateIpProblem, sourceProblem } from './network-address';
import { portRangeProblem } from './port-range';
import { idProblem } from './resource-id';
import { serverTypeProblem } from './server-type';

/** The props of a machine that are one value, or a list of such. */
export const MACHINE_FIELDS = {
  serverType: field<string>(serverTypeProblem),
  location: field<string>(locationProblem),
  replaceOnImageChange: literalField(flagProblem, false),
  protect: literalField(flagProblem, false),
  sshKeys: literalListField<string>(publicKeyProblem),
  sshKeyIds: listField(nameOrIdProblem),
  sshFrom: optionalListField(sourceProblem),
  firewallIds: listField(idProblem),
  publicIpv4: addressField(),
  publicIpv6: addressField(),
  reverseDns: optionalField<string>(hostProblem),
  placementGroupId: optionalField<number>(idProblem),
  backups: literalField(flagProblem, false),
  keepDisk: literalField(flagProblem, false),
} satisfies Fields;

export const FIREWALL_RULE_FIELDS = {
  from: { ...listField(sourceProblem), default: undefined },
  port: optionalField<string>(portRangeProblem),
  protocol: choiceField('HcloudProtocol', PROTOCOLS, 'tcp'),
  description: optionalField<string>(textProblem),
} satisfies Fields;

export const NETWORK_FIELDS = {
  subnetId: field<string>(subnetProblem),
  ip: optionalField<string>(privateIpProblem),
  aliasIps: listField(privateIpProblem),
} satisfies Fields;

export const VOLUME_FIELDS = {
  sizeGb: field<number>(volumeSizeProblem),
  format: choiceField('HcloudVolumeFormat', VOLUME_FORMATS, 'none'),
} satisfies Fields;

/** A list whose elements may be tokens. */
function listField(check: (value: unknown) => Problem | undefined): Field {
  return { isOptional: false, isLiteral: false, isList: true, check, default: [] };
}

function optionalListField(check: (value: unknown) => Problem | undefined): Field {
  return { isOptional: true, isLiteral: false, isList: true, check };
}

function addressField(): Field {
  return { isOptional: true, isLiteral: true, isList: false, check: addressProblem };
}

function addressProblem(address: unknown): Problem | undefined {
  const isExisting = typeof address === 'object' && address !== null && '_primaryIpId' in address;
  return isExisting ? undefined : choiceProblem(address, 'HcloudPublicAddress', ['automatic', 'none', 'kept']);
}

function flagProblem(flag: unknown): Problem | undefined {
  if (typeof flag === 'boolean') return undefined;
  return { given: display(flag), expected: 'true or false', fix: 'it decides which resources there are' };
}

function nameOrIdProblem(key: unknown): Problem | undefined {
  if (typeof key === 'string' && /^[^\u0000-\u001f\u007f]+$/.test(key) && !/^(ssh|ecdsa|sk)-/.test(key))
    return undefined;
  const fix = typeof key === 'string' ? 'give the text of a public key in `sshKeys`' : 'give it as text';
  return { given: display(key), expected: 'the id or the name of an ssh key in the project', fix };
}

function textProblem(text: unknown): Problem | undefined {
  if (typeof text === 'string' && text.length <= 255) return undefined;
  return { given: display(text), expected: 'a text of at most 255 characters', fix: 'shorten it, or leave it out' };
}

function subnetProblem(subnet: unknown): Problem | undefined {
  if (typeof subnet === 'string' && /^[0-9]+-[0-9.]+\/[0-9]+$/.test(subnet)) return undefined;
  return {
    given: display(subnet),
    expected: 'the id of a subnet: "<number of the network>-<its addresses>", as in "42-10.0.1.0/24"',
    fix: 'give `id` of the hcloud_network_subnet',
  };
}

function volumeSizeProblem(size: unknown): Problem | undefined {
  if (typeof size === 'number' && Number.isInteger(size) && size >= 10 && size <= 10240) return undefined;
  return { given: display(size), expected: 'a whole number of GB from 10 to 10240', fix: 'that is what Hetzner has' };
}
