/** The Terraform JSON of a stack, as far as it is drawn. */
interface Stack {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly output?: { readonly [name: string]: unknown };
}
interface Blocks {
  readonly [type: string]: { readonly [name: string]: unknown };
}

interface Node {
  readonly address: string;
  readonly text: string;
}

/**
 * Draws the resources, data sources and outputs of a synthesized stack as a Mermaid graph, with an arrow from each to whatever
 * refers to it. The same stack gives the same text.
 */
export function stackDiagram(stack: Stack): string {
  const nodes = [
    ...blocks('', stack.resource),
    ...blocks('data.', stack.data),
    ...members('output.', stack.output ?? {}),
  ];
  const arrows = nodes.flatMap((from) =>
    nodes.filter((to) => to !== from && refersTo(to, from)).map((to) => `  ${id(from)} --> ${id(to)}`),
  );
  return ['```mermaid', 'graph LR', ...nodes.map((node) => `  ${id(node)}["${node.address}"]`), ...arrows, '```'].join(
    '\n',
  );
}

function blocks(prefix: string, types: Blocks = {}): Node[] {
  return Object.entries(types).flatMap(([type, named]) => members(`${prefix}${type}.`, named));
}

function members(prefix: string, named: { readonly [name: string]: unknown }): Node[] {
  return Object.entries(named)
    .map(([name, value]) => ({ address: `${prefix}${name}`, text: JSON.stringify(value) }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

function refersTo({ text }: Node, { address }: Node): boolean {
  return new RegExp(`(?<![\\w.-])${address.replaceAll('.', '\\.')}(?![\\w-])`).test(withoutConsumers(text));
}

/** Our builds list their consumers as text. */
function withoutConsumers(text: string): string {
  return text.replace(/"consumers":"[^"]*"/g, '');
}

function id({ address }: Node): string {
  return address.replaceAll(/[^A-Za-z0-9]/g, '_');
}
