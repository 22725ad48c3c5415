/** The metadata service of a server: `node metadata-server.mjs FILE`, with what it says as JSON in a file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** @typedef {import('./machine.js').Metadata} Metadata */

const ADDRESS = '169.254.169.254';
const BASE = '/hetzner/v1/';

/** What each path says. @type {{ [path: string]: (data: Metadata) => string }} */
const PATHS = {
  metadata: (data) =>
    [
      `instance-id: ${data.instanceId}`,
      `hostname: ${data.hostname}`,
      `region: ${data.region}`,
      `availability-zone: ${data.availabilityZone}`,
      `public-ipv4: ${data.publicIpv4 ?? ''}`,
      `public-keys: ${JSON.stringify(data.publicKeys)}`,
      'local-ipv4: ""',
      '',
    ].join('\n'),
  'metadata/instance-id': (data) => String(data.instanceId),
  'metadata/hostname': (data) => data.hostname,
  'metadata/region': (data) => data.region,
  'metadata/availability-zone': (data) => data.availabilityZone,
  'metadata/public-ipv4': (data) => data.publicIpv4 ?? '',
  'metadata/public-keys': (data) => JSON.stringify(data.publicKeys),
  'metadata/local-ipv4': () => '',
  userdata: (data) => data.userData,
};

const [file] = process.argv.slice(2);

createServer((request, response) => {
  const path = (request.url ?? '').startsWith(BASE) ? (request.url ?? '').slice(BASE.length) : '';
  const say = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  response.writeHead(say === undefined ? 404 : 200, { 'Content-Type': 'text/plain' });
  // Read each time: it changes with the server.
  response.end(say?.(JSON.parse(readFileSync(file, 'utf8'))) ?? 'not found\n');
}).listen(80, ADDRESS, () => writeFileSync(`${file}.ready`, ''));
