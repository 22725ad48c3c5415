import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a Terraform project that requires one provider, with whatever else it has. */
export function projectWith(
  folder: string,
  provider: { readonly name: string; readonly source: string; readonly version: string },
  rest: { readonly [block: string]: unknown } = {},
): void {
  const required = { [provider.name]: { source: provider.source, version: provider.version } };
  const project = { terraform: { required_providers: required }, ...rest };
  writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify(project));
}
