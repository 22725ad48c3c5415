import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosEvent } from '../event';

const SECONDS = { shortest: 0.5, longest: 4 };

/** Directories on file systems of their own. The disk of / often holds /var/lib too. */
const FILLED: { readonly [variant: string]: readonly string[] } = {
  '/': ['/', '/var/lib'],
  '/nix': ['/nix'],
  '/var/lib': ['/var/lib'],
};

/** A file system is full to the last byte for a while. */
export const DISK: ChaosEvent = {
  variants: Object.keys(FILLED),
  strike: async ({ scene, variant, random }) => {
    const fillers = FILLED[variant]!.map((directory) => `${directory}/filler`);
    // The first takes nearly all at once, the second ends when nothing is left.
    const fill = fillers.map(
      (file) =>
        `fallocate -l "$(df --output=avail -k ${file.slice(0, -'/filler'.length) || '/'} | tail -n 1)K" ${file}; cat /dev/zero >>${file}.rest`,
    );
    await scene.host.exec(fill.join('\n'));
    const seconds = SECONDS.shortest + random() * (SECONDS.longest - SECONDS.shortest);
    return {
      over: pause(seconds * 1000).then(() =>
        scene.host.read(`rm -f ${fillers.map((file) => `${file} ${file}.rest`).join(' ')}`),
      ),
    };
  },
};
