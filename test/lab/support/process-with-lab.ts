import { Lab } from '../../../lab';

/** A process that a test kills: it makes a lab with one host, says where, and never ends it. */
async function main(): Promise<void> {
  const lab = await Lab.create();
  const host = await lab.host({ shape: 'systemd' });
  console.log(JSON.stringify({ lab: lab.directory, keeper: lab.keeperPid, link: host.network.link }));
  setInterval(() => undefined, 1000);
}

void main();
