import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  type TerraformResource,
  TerraformStack,
  Tokenization,
} from 'cdktf';
import { addressOf } from './resource-name';

/** Something in a stack's Terraform JSON that refers to something else there. */
export interface Consumer {
  /** `null_resource.web`, `data.aws_ami.nixos`, `output.path`, `local.path`. */
  readonly address: string;
  /** Its JSON, with every reference in it. */
  readonly text: string;
}

/** Everything in a stack that may refer to something; forgotten at the beginning of each synth. */
const collected = new WeakMap<TerraformStack, readonly Consumer[]>();
/** A stack whose elements are being collected: they may ask for their own consumers meanwhile. */
const collecting = new WeakSet<TerraformStack>();

/**
 * What refers to a resource, directly or through local values, sorted by address. Terraform has no such list; it is found
 * in the JSON when the tree is complete.
 */
export function consumersOf(resource: TerraformResource): Consumer[] {
  const own = addressOf(resource);
  const all = elementsOf(TerraformStack.of(resource)).filter(({ address }) => address !== own);
  const found = new Set<Consumer>();
  const sought = [own];
  for (const address of sought) {
    const reference = referenceTo(address);
    for (const element of all) {
      if (found.has(element) || !reference.test(element.text)) continue;
      found.add(element);
      if (element.address.startsWith('local.')) sought.push(element.address);
    }
  }
  return [...found].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A new synth begins: the tree may have changed since the last one. */
export function forgetConsumers(resource: TerraformResource): void {
  const stack = TerraformStack.of(resource);
  if (!collecting.has(stack)) collected.delete(stack);
}

/** The address as a part of an expression or of `depends_on`. */
export function referenceTo(address: string): RegExp {
  return new RegExp(`(?<![\\w.-])${address.replaceAll('.', '\\.')}(?![\\w-])`);
}

function elementsOf(stack: TerraformStack): readonly Consumer[] {
  const known = collected.get(stack);
  if (known !== undefined || collecting.has(stack)) return known ?? [];
  collecting.add(stack);
  try {
    const elements = collect(stack);
    collected.set(stack, elements);
    return elements;
  } finally {
    collecting.delete(stack);
  }
}

function collect(stack: TerraformStack): Consumer[] {
  const elements = stack.node
    .findAll()
    .filter((one): one is TerraformElement => TerraformElement.isTerraformElement(one))
    .filter((one) => TerraformStack.of(one) === stack);
  return elements.flatMap((element) => {
    const json = resolvedAsPrepared(element, stack);
    const address = addressIn(json);
    return address === undefined ? [] : [{ address, text: JSON.stringify(json) }];
  });
}

/** As the first pass of a synth resolves it: with every reference, and without what only an evaluation knows. */
function resolvedAsPrepared(element: TerraformElement, scope: TerraformStack): TerraformBlocks {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(element.toTerraform(), { scope, resolver, preparing: true });
}

/** Blocks by name; those of `resource` and `data` by type and name. */
interface TerraformBlocks {
  readonly [block: string]: { readonly [name: string]: object } | undefined;
}

/** The address in Terraform, by the form of the JSON; undefined for what uses no value, such as a backend. */
function addressIn({ resource, data, ...blocks }: TerraformBlocks): string | undefined {
  for (const [prefix, types] of [['', resource] as const, ['data.', data] as const]) {
    for (const [type, names] of Object.entries(types ?? {})) return `${prefix}${type}.${Object.keys(names)[0]}`;
  }
  for (const [block, prefix] of Object.entries(PREFIXES)) {
    for (const name of Object.keys(blocks[block] ?? {})) return `${prefix}.${name}`;
  }
  return undefined;
}

const PREFIXES = { output: 'output', locals: 'local', module: 'module', provider: 'provider' };
