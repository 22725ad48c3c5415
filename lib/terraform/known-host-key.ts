import { printExpression } from './template';
import { LazyValue, type ResolveContext, resolveText } from './token';

/**
 * The public key that a file of the form of known_hosts has for a host, read by Terraform when a resource is there that
 * wrote it.
 */
export class KnownHostKey extends LazyValue {
  /**
   * @param file absolute, from `~/`, or relative to the stack's folder
   * @param name of the host in the file; may hold tokens
   * @param writer the address of the resource
   */
  constructor(
    private readonly file: string,
    private readonly name: string,
    private readonly writer: string,
  ) {
    super();
  }

  resolve(context: ResolveContext): string {
    const { file } = this;
    const quoted = printExpression([{ text: file }]);
    const place = file.startsWith('~/') ? `pathexpand(${quoted})` : quoted;
    const folder = file.startsWith('/') || file.startsWith('~/') ? '""' : '"${path.module}/"';
    // Nothing of the id is used but that it is known only when the resource is there.
    const writer = printExpression(resolveText(this.writer, context));
    const content = `file(join("", [${folder}, ${place}, substr(${writer}.id, 0, 0)]))`;
    const prefix = printExpression([...resolveText(this.name, context), { text: ' ' }]);
    const lines = `[for line in split("\\n", ${content}) : trimspace(trimprefix(line, ${prefix})) if startswith(line, ${prefix})]`;
    return `\${one(${lines})}`;
  }
}
