import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/setup/environment.mjs';

/** The Nix code below a mark of docs/secrets.md. */
export function recipe(name: string): string {
  const page = readFileSync(path.join(root, 'docs', 'secrets.md'), 'utf8');
  const code = page.split(`<!-- recipe: ${name} -->\n\n\`\`\`nix\n`)[1]?.split('```')[0];
  if (code === undefined) throw new Error(`docs/secrets.md has no recipe ${name}`);
  return code;
}
