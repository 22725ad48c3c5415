import { type HostReport, reportOf } from './host-report';
import type { Scene } from './scene';

/** What there is to see of a host, and of the side that deploys. */
export interface Look extends HostReport {
  readonly lock: 'free' | 'held';
  /** Leftovers of deployments on this machine. */
  readonly deployer: readonly string[];
}

export async function look(scene: Scene): Promise<Look> {
  const [report, deployer] = [await reportOf(scene.host), await scene.operator.leftovers()];
  return { ...report, deployer, lock: await lockOf(scene) };
}

/** By the kernel's word, not the supervisor's. */
async function lockOf(scene: Scene): Promise<'free' | 'held'> {
  const { exitCode } = await scene.host.exec(
    'for lock in /run/cdktf-nixos/lock /run/nixos/switch-to-configuration.lock; do [ ! -e $lock ] || flock --nonblock $lock true || exit 1; done',
  );
  return exitCode === 0 ? 'free' : 'held';
}
