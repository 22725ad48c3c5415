import { DeployError, displayPath, ExitStatus, InputError, NOT_CONTACTED, sh } from '../../../lib/client/kit';
import type { JobKind } from '../../../lib/client/jobs/job-kind';
import type { JobFrame } from '../../../lib/job/job';

export interface GreetingJob extends JobFrame {
  readonly kind: 'greeting';
  /** `nobody` fails, `everybody` takes for ever. */
  readonly name: string;
  /** An error that nobody handles. @default - none */
  readonly stray?: 'error' | 'rejection';
  /** @default false */
  readonly sent?: boolean;
}

/** A kind of job with a bundle of its own. It needs no host and nothing from Nix. */
export const jobKind: JobKind<GreetingJob> = {
  kind: 'greeting',
  check({ path, name }) {
    if (typeof name === 'string') return;
    throw new InputError(path as string, 'name', { given: String(name), expected: 'a name', fix: 'give a string' });
  },
  displayName: ({ path }) => displayPath(path),
  sensitive: ({ name }) => name,
  outputs: () => [],
  async run({ name, stray, sent }, { report, folder, situation }) {
    report.step('greet', 'hello');
    report.relay('log', `hello ${name}`);
    situation.sent = sent ?? false;
    if (stray === 'rejection') void Promise.reject(new Error(`no door for\n${name}`));
    if (stray === 'error') {
      setTimeout(() => {
        throw new Error(`no door for\n${name}`);
      });
    }
    if (name === 'everybody' || stray !== undefined)
      await sh.start(['-c', 'echo >"$0/started"; while :; do sleep 0.1; done', folder]);
    if (name !== 'nobody') return;
    throw new DeployError({
      status: ExitStatus.BUSY,
      what: 'there is nobody to greet',
      host: NOT_CONTACTED,
      fix: 'come back later',
    });
  },
};
