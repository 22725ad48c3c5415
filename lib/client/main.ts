import { existsSync } from 'node:fs';
import path from 'node:path';
import { explain } from './explanation';
import { Workspace } from './host/workspace';
import { endOnSignal } from './interruption';
import { takeJob } from './job-reader';
import { build } from './jobs/build';
import { deployment } from './jobs/deployment/deployment';
import { Situation } from './jobs/job-kind';
import { JobKinds } from './jobs/job-kinds';
import { COMPLETE_FOLDER, DeployError, ExitStatus, NOT_CONTACTED } from './report/deploy-error';
import { Report, surviveDeadOutput } from './report/report';
import { Realisation } from './store/realisation';

export * from './kit';

/** supervisor.sh, janitor.sh and the roots are beside this file, which `cdktf synth` puts beside each stack. */
const FOLDER = __dirname;
const KINDS = new JobKinds([deployment, build], FOLDER);

async function main(): Promise<ExitStatus> {
  surviveDeadOutput();
  let report = new Report('cdktf-nixos');
  let workspace: Workspace | undefined;
  const situation = new Situation();
  try {
    const job = takeJob(process.env, KINDS);
    report = new Report(job.displayName, job.sensitive);
    job.refuseUnready(process.env);
    refuseIncompleteCopy();
    workspace = await Workspace.open(FOLDER);
    endOnSignal(workspace, report, situation);
    for (const output of job.outputs) await new Realisation(output, path.join(FOLDER, 'roots'), report).run();
    await job.run({ report, workspace, folder: FOLDER, environment: process.env, situation });
    return ExitStatus.DONE;
  } catch (error) {
    const explained = explain(error, situation);
    report.failure(explained);
    return explained.status;
  } finally {
    await workspace?.close();
  }
}

/** The output folder may have been copied to this machine by hand. */
function refuseIncompleteCopy(): void {
  const missing = ['janitor.sh', 'supervisor.sh'].find((name) => !existsSync(path.join(FOLDER, name)));
  if (missing === undefined) return;
  throw new DeployError({
    status: ExitStatus.PROGRAM_MISSING,
    what: `${path.join(FOLDER, missing)} is missing`,
    host: NOT_CONTACTED,
    fix: COMPLETE_FOLDER,
  });
}

void main().then((status) => {
  process.exitCode = status;
});
