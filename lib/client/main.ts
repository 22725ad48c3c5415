import { existsSync } from 'node:fs';
import path from 'node:path';
import { withholdVariables } from '../private/process';
import { Workspace } from './host/workspace';
import { endEarly } from './interruption';
import { takeJob } from './job-reader';
import { build } from './jobs/build';
import { deployment } from './jobs/deployment/deployment';
import type { BoundJob } from './jobs/job-kind';
import { JobKinds } from './jobs/job-kinds';
import { COMPLETE_FOLDER, DeployError, ExitStatus, NOT_CONTACTED } from './report/deploy-error';
import { loggedReport } from './report/log-file';
import { Report, surviveDeadOutput } from './report/report';
import { RunningClient } from './running-client';
import { Realisation } from './store/realisation';

export * from './kit';

/** supervisor.sh, janitor.sh and the roots are beside this file, which `cdktf synth` puts beside each stack. */
const FOLDER = __dirname;
const KINDS = new JobKinds([deployment, build], FOLDER);

async function main(): Promise<ExitStatus> {
  surviveDeadOutput();
  const client = new RunningClient();
  endEarly(client);
  try {
    const job = takeJob(process.argv[2], KINDS);
    withholdVariables(job.secretVariables);
    client.report = reportOf(job);
    job.refuseUnready(process.env);
    refuseIncompleteCopy();
    await run(job, client);
    return ExitStatus.DONE;
  } catch (error) {
    return client.fail(error);
  } finally {
    await client.close();
  }
}

function reportOf({ displayName, sensitive, job: { log } }: BoundJob): Report {
  return log === undefined
    ? new Report(displayName, sensitive)
    : loggedReport(path.join(FOLDER, log), displayName, sensitive);
}

async function run(job: BoundJob, client: RunningClient): Promise<void> {
  const { report, situation } = client;
  const workspace = (client.workspace = await Workspace.open(FOLDER));
  for (const output of job.outputs) await new Realisation(output, path.join(FOLDER, 'roots'), report).run();
  const atEnd = (cleanUp: () => Promise<void>): void => client.atEnd(cleanUp);
  await job.run({ report, workspace, folder: FOLDER, environment: process.env, situation, atEnd });
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
