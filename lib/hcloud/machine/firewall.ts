import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { Firewall, type FirewallRule } from '../bindings/firewall';
import type { HcloudFirewallRule } from '../hcloud-firewall-rule';
import { hasPorts, HcloudProtocol } from '../hcloud-protocol';

export interface FirewallParts {
  readonly name: string;
  readonly labels: { [name: string]: string };
  readonly rules: readonly HcloudFirewallRule[];
  readonly sshFrom: readonly string[];
  readonly sshPort: number;
}

/** The number of a firewall of the machine's own. There are rules for what comes in alone: then all that goes out passes. */
export function firewallId(machine: Construct, { name, labels, rules, sshFrom, sshPort }: FirewallParts): number {
  const ssh = { port: String(sshPort), from: [...sshFrom], description: 'ssh' };
  const all = [...(sshFrom.length > 0 ? [ssh] : []), ...rules];
  const firewall = new Firewall(machine, 'firewall', { name, labels, rule: all.map(rule) });
  return Token.asNumber(firewall.id);
}

function rule({ from, port, protocol = HcloudProtocol.TCP, description }: HcloudFirewallRule): FirewallRule {
  const ports = hasPorts(protocol.name) ? { port: port ?? 'any' } : {};
  return { direction: 'in', protocol: protocol.name, sourceIps: [...from], description, ...ports };
}
