import { printExpression } from '../../terraform/template';
import { LazyValue, type ResolveContext, resolveText } from '../../terraform/token';

/** The address of a server in one subnet. The provider lists the networks in an order of its own. */
export class PrivateIp extends LazyValue {
  /** @param networks the server's, as a token */
  constructor(
    private readonly networks: string,
    private readonly subnetId: string,
  ) {
    super();
  }

  resolve(context: ResolveContext): string {
    const expression = (text: string) => printExpression(resolveText(text, context));
    const isIt = `network.subnet_id == ${expression(this.subnetId)}`;
    return `\${one([for network in ${expression(this.networks)} : network.ip if ${isIt}])}`;
  }
}
