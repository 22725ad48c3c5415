import type { ChaosEvent } from '../event';

/** Another deployment, of another system. */
export const RIVAL: ChaosEvent = {
  variants: ['deploys'],
  strike: async ({ scene, others }) => {
    const rival = scene.operator.deploy(scene.job(others.rival)).end();
    return { rival, over: rival };
  },
};

/** Somebody on the host switches it to another system, for good as `nixos-rebuild switch` does, or for a test. */
export const FOREIGN_SWITCH: ChaosEvent = {
  variants: ['switch', 'test'],
  strike: async ({ scene, variant, others }) => ({ over: scene.host.exec(foreignSwitch(others.foreign, variant)) }),
};

/** Like somebody at a keyboard, tries again as long as another program switches (status 11). */
function foreignSwitch(toplevel: string, action: string): string {
  return `
    [ ${action} = test ] || nix-env --profile /nix/var/nix/profiles/system --set ${toplevel}
    tries=0
    until ${toplevel}/bin/switch-to-configuration ${action}; do
      [ $? = 11 ] && [ $tries -lt 150 ] || exit
      tries=$((tries + 1))
      sleep 0.2
    done`;
}
