import { buildNamedSystems, type SystemConfig } from '../../../lab/systems/systems';
import { Lab, type LabHost, type Shape } from '../../../lab';
import { SupervisorSession } from './supervisor-session';

/** A host that runs the system `one` and has the others in its store; the lab is the caller's to destroy. */
export interface SupervisedHost<Name extends string> {
  readonly lab: Lab;
  readonly host: LabHost;
  readonly session: SupervisorSession;
  /** Store paths by name. */
  readonly systems: { readonly [name in Name]: string };
}

export async function superviseHost<Name extends string>(
  shape: Shape,
  configs: { readonly [name in Name | 'one']: SystemConfig },
): Promise<SupervisedHost<Name | 'one'>> {
  const systems = await buildNamedSystems<Name | 'one'>(configs);
  const lab = await Lab.create();
  const host = await lab.host({ shape });
  await host.install(systems.one);
  await host.copyClosure(...Object.values<string>(systems));
  return { lab, host, session: new SupervisorSession(host), systems };
}
