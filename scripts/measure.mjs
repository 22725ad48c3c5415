/**
 * `npm run measure`: figures of a built checkout, as a table for docs/measurements.md. With the folder of another built
 * checkout both are measured, the other one first:
 *
 *   npm run measure -- ../cdktf-nixos-before
 *
 * Times are believed only on a machine that does nothing else.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { measureClient, timeToRefusal } from './measure/client.mjs';
import { measureFolders } from './measure/folders.mjs';
import { measureFunctions } from './measure/functions.mjs';
import { measureImportCircles } from './measure/import-circles.mjs';
import { addedImportTime, platformImportTime } from './measure/import-cost.mjs';
import { medians } from './measure/medians.mjs';
import { measureSupervisor } from './measure/supervisor.mjs';
import { table } from './measure/table.mjs';
import { root } from './setup/environment.mjs';

/** Milliseconds of one run, in a checkout. @type {Record<string, (checkout: string) => number>} */
const TIMES = {
  'client: start to refusal': timeToRefusal,
  'import: cdktf and constructs': platformImportTime,
  'import: the package, added': addedImportTime,
};

/** Figures of a checkout, by what they are of. @type {((checkout: string) => Record<string, string>)[]} */
const FIGURES = [measureClient, measureImportCircles, measureFolders, measureFunctions, measureSupervisor];

const other = process.argv[2];
/** @type {Record<string, string>} */
const checkouts = other === undefined ? { now: root } : { before: path.resolve(other), now: root };
const folders = Object.values(checkouts);
for (const folder of folders) {
  if (!existsSync(path.join(folder, 'dist', 'index.js'))) throw new Error(`${folder} is not built: npm run build`);
}

const times = Object.entries(TIMES).map(([name, time]) => [
  name,
  ...medians(folders.map((folder) => () => time(folder))),
]);
const figures = FIGURES.flatMap((measure) => {
  const measured = folders.map(measure);
  return Object.keys(measured[0]).map((name) => [name, ...measured.map((all) => all[name])]);
});
console.log(table([['', ...Object.keys(checkouts)], ...times, ...figures]));
