import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { DeployError, NOT_CONTACTED } from './report/deploy-error';
import { Deployment } from './jobs/deployment/run';
import { ExitStatus } from './report/exit-status';
import { explain } from './explanation';
import { refuseUnusableIdentities } from './host/ssh-identity';
import type { BuildJob, DeploymentJob, Job } from '../job/job';
import { takeJob } from './job-reader';
import { endOnSignal } from './interruption';
import { copyWay } from './copy/nix-copier';
import { Realisation } from './store/realisation';
import { Report, surviveDeadOutput } from './report/report';
import { Workspace } from './host/workspace';

/** supervisor.sh, janitor.sh and the roots are beside this file, which `cdktf synth` puts beside each stack. */
const FOLDER = __dirname;

async function main(): Promise<ExitStatus> {
  surviveDeadOutput();
  let report = new Report('cdktf-nixos');
  let workspace: Workspace | undefined;
  let deployment: Deployment | undefined;
  try {
    const job = takeJob(process.env);
    report = new Report(displayName(job), job.kind === 'deployment' ? job.values : undefined);
    const copyBy = copyWay(process.env);
    if (job.kind === 'deployment') refuseUnusableIdentities(job, process.env);
    refuseIncompleteCopy();
    workspace = await Workspace.open(FOLDER);
    endOnSignal(workspace, report, () => deployment?.sent ?? false);
    await new Realisation(wanted(job), path.join(FOLDER, 'roots'), report).run();
    if (job.kind === 'deployment') {
      deployment = new Deployment(job, workspace, FOLDER, report, copyBy);
      await deployment.run();
    }
    return ExitStatus.DONE;
  } catch (error) {
    const explained = explain(error, deployment?.host, deployment?.sent ?? false);
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
    fix: 'run cdktf synth again, or copy the whole output folder, to the machine that applies',
  });
}

function wanted(job: DeploymentJob | BuildJob) {
  const { path: constructPath, drvPath } = job;
  return {
    outPath: job.kind === 'build' ? job.outPath : job.toplevel,
    drvPath: drvPath ?? undefined,
    path: constructPath,
  };
}

/** The construct path without the stack, which Terraform's own prefix names already. */
function displayName(job: Job): string {
  const constructPath = job.kind === 'build' ? job.path : job.machine;
  return constructPath.split('/').slice(1).join('/') || constructPath;
}

void main().then((status) => {
  process.exitCode = status;
});
