import type { Owner } from '../../../lib/job/job';
import type { Fault } from '../support/fault';
import { COMMITTED } from '../support/outcomes';
import type { Run } from '../support/run';
import type { Scene } from '../support/scene';

const JOURNAL = '/var/lib/cdktf-nixos/journal';
const MINE = { project: 'mine', stack: 'lab', workspace: 'default' };

/** What an earlier deployment, or somebody since, has left in the host's journal. */
export const JOURNALS: readonly Fault[] = [
  {
    name: 'a journal with line ends of Windows',
    shapes: ['plain', 'systemd', 'nixos'],
    prepare: async (scene) => {
      await adopted(scene);
      await scene.host.read(`sed -i 's/$/\\r/' ${JOURNAL}`);
    },
    outcome: COMMITTED,
  },
  {
    name: 'a journal that waits, and names a dead system as the one before',
    rare: true,
    shapes: ['systemd', 'plain', 'nixos'],
    prepare: async (scene) => {
      await adopted(scene);
      await scene.host.read(`sed -i 's/^state=.*/state=waiting/; s/^previous=.*/&-gone/' ${JOURNAL}`);
    },
    outcome: COMMITTED,
  },
  {
    name: 'a deployment of another project',
    shapes: ['plain', 'systemd', 'nixos'],
    prepare: (scene) => adopted(scene, MINE),
    start: (scene) => deployAs(scene, scene.systems.wanted, { ...MINE, project: 'other' }),
    outcome: {
      status: 1,
      runs: 'old',
      state: 'committed',
      says: {
        failed: /^the host belongs to project mine, stack lab, workspace default; this deployment is of project other,/,
        host: /^runs and boots \S+, as before$/,
        toDo: /apply once with CDKTF_NIXOS_TAKE_OVER=web$/,
      },
    },
  },
];

/** Somebody has deployed what the host runs. */
async function adopted(scene: Scene, owner?: Owner): Promise<void> {
  const end = await (await deployAs(scene, scene.systems.old, owner)).end();
  if (end.status !== 0) throw new Error(end.lines.join('\n'));
}

async function deployAs(scene: Scene, toplevel: string, owner?: Owner): Promise<Run> {
  return scene.operator.deploy({ ...scene.job(toplevel), owner });
}
