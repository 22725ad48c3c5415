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
import { measureClient } from './measure/client.mjs';
import { measureFunctions } from './measure/functions.mjs';
import { measureImportCircles } from './measure/import-circles.mjs';
import { measureImportCost } from './measure/import-cost.mjs';
import { measureFolders } from './measure/folders.mjs';
import { measureSupervisor } from './measure/supervisor.mjs';
import { table } from './measure/table.mjs';
import { root } from './setup/environment.mjs';

/** Each gives figures by what they are of. @type {((checkout: string) => Record<string, string>)[]} */
const MEASUREMENTS = [
  measureClient,
  measureImportCost,
  measureImportCircles,
  measureFolders,
  measureFunctions,
  measureSupervisor,
];

/** @param {string} checkout */
function figures(checkout) {
  if (!existsSync(path.join(checkout, 'dist', 'index.js'))) throw new Error(`${checkout} is not built: npm run build`);
  return Object.assign({}, ...MEASUREMENTS.map((measure) => measure(checkout)));
}

const other = process.argv[2];
/** @type {Record<string, string>} */
const checkouts = other === undefined ? { now: root } : { before: path.resolve(other), now: root };
console.log(table(Object.fromEntries(Object.entries(checkouts).map(([name, folder]) => [name, figures(folder)]))));
