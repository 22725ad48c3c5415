import { fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJob, takeJob } from '../../lib/client/job-reader';
import { build } from '../../lib/client/jobs/build';
import { deployment } from '../../lib/client/jobs/deployment/deployment';
import { JobKinds } from '../../lib/client/jobs/job-kinds';
import { buildJob, connection, deploymentJob, HOST_KEY, TOPLEVEL } from './support/job';

/** The whole message that a call throws. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

const KINDS = new JobKinds([deployment, build], '/nowhere');
const readText = (text: string | undefined) => readJob(text, KINDS);
const read = (job: unknown) => readText(JSON.stringify(job)).job;

describe('a good job', () => {
  it('a deployment is read as it was written', () => {
    const job = deploymentJob({
      connection: connection({
        identityFile: '~/.ssh/deploy',
        jumpHosts: [{ host: 'bastion.example.com', user: 'jump', port: 2222, hostKeys: connection().hostKeys }],
      }),
      values: { db: { value: { host: 'a', ports: [1, 2.5, null] }, restartUnits: ['app.service'] } },
    });
    expect(read(job)).toEqual(job);
  });

  it('a build is read as it was written', () => {
    expect(read(buildJob())).toEqual(buildJob());
    const image = buildJob({ file: 'iso/nixos.iso', fileFormat: 'iso.zst', bootMode: 'uefi-preferred' });
    expect(read(image)).toEqual(image);
  });

  it.each([
    [{ file: '../nixos.iso' }, 'file: got "../nixos.iso", expected the path of a file in the output, relative to it'],
    [{ file: '/etc/passwd' }, 'file: got "/etc/passwd", expected the path of a file in the output'],
    [{ fileFormat: 'raw;x' }, 'fileFormat: got "raw;x", expected the format of an image: "raw", "iso.zst"'],
    [{ bootMode: 'bios' }, 'bootMode: got "bios", expected "uefi" or "legacy-bios" or "uefi-preferred"'],
  ])('a build with %j is refused', (change, message) => {
    expect(messageOf(() => read(buildJob(change)))).toContain(message);
  });

  it('a job may lack what a store path does not tell, and what Terraform rendered as null', () => {
    const job = { ...deploymentJob(), drvPath: null, system: undefined };
    expect(read(job)).toMatchObject({ toplevel: TOPLEVEL, drvPath: null });
  });

  it('a job is read to the end of a descriptor, which is closed, also when the job is refused', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'job-'));
    const given = (text: string) => {
      writeFileSync(path.join(directory, 'job'), text);
      return openSync(path.join(directory, 'job'), 'r');
    };
    const good = given(
      JSON.stringify(deploymentJob({ values: { long: { value: 'x'.repeat(100_000), restartUnits: [] } } })),
    );
    expect(takeJob(String(good), KINDS).displayName).toBe('web');
    expect(() => fstatSync(good)).toThrow('EBADF');
    const bad = given('x');
    expect(() => takeJob(String(bad), KINDS)).toThrow('that are not JSON');
    expect(() => fstatSync(bad)).toThrow('EBADF');
    rmSync(directory, { recursive: true });
  });
});

const synth = 'run cdktf synth again and apply its output: the job does not fit this client';
const unknownAtApply = 'Terraform gave no value; check the resource attribute that this field comes from';

/** Field, change of a good job, and the whole message. */
const refused: readonly (readonly [string, object, string])[] = [
  [
    'a host that ssh would take for an option',
    { connection: connection({ host: '-oProxyCommand=x' }) },
    '[fleet/web] host: got "-oProxyCommand=x", expected a host name, an IPv4 address or an IPv6 address; a host does not start with a dash; ssh options are not given here',
  ],
  [
    'a host that Terraform does not know',
    { connection: { ...connection(), host: null } },
    `[fleet/web] host: got null, expected a host name, an IPv4 address or an IPv6 address; ${unknownAtApply}`,
  ],
  [
    'a machine without a host',
    { connection: connection({ host: undefined }) },
    `[fleet/web] host: got nothing, expected a host name, an IPv4 address or an IPv6 address; ${synth}`,
  ],
  [
    'a host key that Terraform does not know',
    { connection: { ...connection(), hostKeys: [{ publicKey: null, certificateAuthority: false }] } },
    `[fleet/web] hostKeys[0]: got null, expected one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."; ${unknownAtApply}`,
  ],
  [
    'a user with a shell command in it',
    { connection: connection({ user: 'root;id' }) },
    `[fleet/web] ssh.user: got "root;id", expected a user name: 1 to 32 letters, digits, underscores, dots and dashes that do not start with a dash or a dot; give the name of the user that logs in on the host`,
  ],
  [
    'a port as a string',
    { connection: { ...connection(), port: '22' } },
    '[fleet/web] ssh.port: got "22", expected a port: a whole number from 1 to 65535; give a number, not a string',
  ],
  [
    'a machine without host keys',
    { connection: connection({ hostKeys: [] }) },
    '[fleet/web] hostKeys: got an empty list, expected at least one host key; pin a public key that was read on the host itself (/etc/ssh/ssh_host_ed25519_key.pub)',
  ],
  [
    'a host key that is cut off',
    { connection: connection({ hostKeys: [{ publicKey: HOST_KEY.slice(0, -8), certificateAuthority: false }] }) },
    `[fleet/web] hostKeys[0]: got "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVPGQfeH1Cv2wuhy8B8Pmbe"... (72 characters), expected one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."; the key is cut off; copy the whole line`,
  ],
  [
    'a jump host with a blank in its name',
    { connection: connection({ jumpHosts: [{ ...connection(), host: 'a b' }] }) },
    '[fleet/web] ssh.jumpHosts[0].host: got "a b", expected a host name, an IPv4 address or an IPv6 address; a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots',
  ],
  [
    'a toplevel with a path inside it',
    { toplevel: `${TOPLEVEL}/../../../etc` },
    `[fleet/web-system] toplevel: got "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web"... (79 characters), expected a store path: /nix/store/<32 characters of hash>-<name>; give the store path itself: no trailing slash, no path inside it, no ".."`,
  ],
  [
    'a limit of zero seconds',
    { activationTimeoutSeconds: 0 },
    '[fleet/web-system] activationTimeoutSeconds: got 0, expected seconds: a whole number from 1 to 999999; give the limit in seconds',
  ],
  [
    'a goal of another version',
    { goal: 'dry-activate' },
    `[fleet/web-system] goal: got "dry-activate", expected "switch" or "boot"; ${synth}`,
  ],
  [
    'a job without a goal',
    { goal: undefined },
    `[fleet/web-system] goal: got nothing, expected "switch" or "boot"; ${synth}`,
  ],
  [
    'a limit that is null',
    { confirmTimeoutSeconds: null },
    `[fleet/web-system] confirmTimeoutSeconds: got null, expected seconds: a whole number from 1 to 999999; ${synth}`,
  ],
  [
    'a machine without a way to become root',
    { connection: { ...connection(), privilegeEscalation: undefined } },
    `[fleet/web] ssh.privilegeEscalation: got nothing, expected "none" or "sudo" or "doas" or "run0" or "sudo-with-password"; ${synth}`,
  ],
  [
    'a unit that is null',
    { values: { db: { value: 1, restartUnits: [null] } } },
    `[fleet/web-system] values.db.restartUnits[0]: got null, expected the full name of a systemd unit, for example "nginx.service"; ${synth}`,
  ],
  [
    'a value whose name leaves its directory',
    { values: { '../../etc/shadow': { value: 1, restartUnits: [] } } },
    '[fleet/web-system] values.../../etc/shadow: got "../../etc/shadow", expected a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot; rename it here and in the NixOS configuration that reads it',
  ],
  [
    'two values whose names differ by case',
    { values: { db: { value: 1, restartUnits: [] }, DB: { value: 2, restartUnits: [] } } },
    '[fleet/web-system] values: got "db" and "DB", expected names that differ by more than upper and lower case; rename one of them',
  ],
  [
    'a unit that is an option of systemctl',
    { values: { db: { value: 1, restartUnits: ['--all'] } } },
    '[fleet/web-system] values.db.restartUnits[0]: got "--all", expected the full name of a systemd unit, for example "nginx.service"; give one name, with its type at the end',
  ],
  [
    'a log outside its folder',
    { log: 'logs/../../x.log' },
    `[fleet/web-system] log: got "logs/../../x.log", expected logs/<address of the resource>.log; ${synth}`,
  ],
  ['another format', { format: 2 }, `[fleet/web-system] format: got 2, expected 1; ${synth}`],
];

describe('a bad job is refused with path, field, value, expectation and fix', () => {
  it.each(refused)('the client refuses %s', (_title, change, message) => {
    expect(messageOf(() => read({ ...deploymentJob(), ...change }))).toBe(message);
  });

  it('the client refuses a whole number that does not survive JSON', () => {
    const text = JSON.stringify(deploymentJob({ values: { id: { value: 0, restartUnits: [] } } }));
    expect(() => readText(text.replace('"value":0', '"value":[12345678901234567890]'))).toThrow(
      '[fleet/web-system] values.id.value: got 12345678901234567000, expected a whole number of at most 53 bits; give it as a string',
    );
  });

  it('the client refuses text that is not JSON, without showing it', () => {
    expect(() => readText('{"password": secret')).toThrow(
      `[cdktf-nixos] CDKTF_NIXOS_JOB: got 19 characters that are not JSON, expected a job as JSON; ${synth}`,
    );
  });

  it('the client refuses to run without a job', () => {
    expect(() => readText(undefined)).toThrow(
      '[cdktf-nixos] CDKTF_NIXOS_JOB: got nothing, expected a job as JSON; this program is started by Terraform; run cdktf deploy or terraform apply',
    );
  });
});
