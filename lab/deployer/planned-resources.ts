/**
 * Addresses of the resources that a plan's text would replace, create, change or destroy. The cdktf CLI adds the
 * construct's path to an address.
 */
export function plannedResources(output: string): string[] {
  const matches = output.matchAll(/# (\S+)(?: \([^)]*\))? (?:must be|will be|is tainted, so must be) /g);
  return [...matches].map((match) => match[1]).sort();
}
