import { execaSync } from 'execa';

/** The tree as a store path: a flake's `path:` input would be hashed and copied by every process. */
export function inStore(tree: string): { path: string; narHash: string } {
  const features = ['--extra-experimental-features', 'nix-command flakes'];
  const storePath = execaSync('nix', [...features, 'store', 'add-path', '--name', 'source', tree]).stdout;
  const info = JSON.parse(execaSync('nix', [...features, 'path-info', '--json', storePath]).stdout);
  return { path: storePath, narHash: (Array.isArray(info) ? info[0] : info[storePath]).narHash };
}

/** The tree as a flake reference. */
export function lockedReference({ path, narHash }: { readonly path: string; readonly narHash: string }): string {
  return `path:${path}?narHash=${encodeURIComponent(narHash)}`;
}
