import { existsSync, readFileSync, statSync } from 'node:fs';
import { expandHome } from '../../private/paths';
import { shellLine } from '../../private/shell-line';
import { display } from '../../validation/display';
import { InputError } from '../../validation/problem';
import type { SshConnection, SshEndpoint } from '../../job/job';
import { ProtectedKey } from './protected-key';

const EXPECTED = 'a private key that ssh can use';

/** A line of a .pub file, also of a hardware key or a certificate. */
const PUBLIC_KEY = /^(ssh-|ecdsa-|sk-)\S+[ \t]+AAAA/;

/**
 * Refuses a private key that ssh could not use: for most reasons ssh reports only "Permission denied". Without a file
 * there must be an agent, and for a public key, which chooses one of the agent's keys, too.
 *
 * @param machine path of the construct, for the message
 * @throws InputError
 */
export function refuseUnusableIdentities(
  machine: string,
  connection: SshConnection,
  environment: NodeJS.ProcessEnv,
): void {
  const endpoints = [
    { field: 'ssh', endpoint: connection as SshEndpoint },
    ...connection.jumpHosts.map((endpoint, i) => ({ field: `ssh.jumpHosts[${i}]`, endpoint })),
  ];
  for (const { field, endpoint } of endpoints) {
    const { identityFile } = endpoint;
    const socket = environment.SSH_AUTH_SOCK;
    const fix = identityFile
      ? fileFix(expandHome(identityFile), socket)
      : agentFix(socket, 'give identityFile, or start an agent and add the key (ssh-add)');
    if (fix === undefined) continue;
    const given = display(identityFile ?? undefined);
    throw new InputError(machine, `${field}.identityFile`, { given, expected: EXPECTED, fix });
  }
}

function agentFix(socket: string | undefined, advice: string): string | undefined {
  if (socket === undefined || socket === '') return `SSH_AUTH_SOCK is not set: ${advice}`;
  return existsSync(socket) ? undefined : `the ssh agent of SSH_AUTH_SOCK is gone: ${advice}`;
}

function fileFix(file: string, socket: string | undefined): string | undefined {
  if (!existsSync(file)) return 'there is no such file on the machine that applies';
  const status = statSync(file);
  if (!status.isFile()) return 'this is not a regular file; give the file itself';
  const text = readText(file);
  if (text === undefined) return 'the user who applies cannot read the file';
  if (PUBLIC_KEY.test(text)) {
    const without = agentFix(socket, 'give the file without .pub, or start an agent that has the private key');
    return without && `this is a public key, which chooses a key of the ssh agent, and ${without}`;
  }
  // ssh's own rule: it ignores the mode of a file that belongs to somebody else.
  const open = status.uid === process.getuid?.() && (status.mode & 0o077) !== 0;
  if (open && contentFix(text) === undefined) {
    return `others can read the file, so ssh refuses it; ${shellLine(['chmod', '600', file])}`;
  }
  return contentFix(text) ?? passphraseFix(file, text, socket);
}

function passphraseFix(file: string, text: string, socket: string | undefined): string | undefined {
  const key = ProtectedKey.of(file, text);
  if (key === undefined) return undefined;
  const advice = `the key is protected by a passphrase, so an agent must hold it: ${shellLine(['ssh-add', file])}`;
  return (
    agentFix(socket, advice) ?? (key.isMissingInAgent ? `${advice} (the agent of SSH_AUTH_SOCK does not)` : undefined)
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

function contentFix(text: string): string | undefined {
  if (text.startsWith('PuTTY-User-Key-File')) return 'convert it: puttygen key.ppk -O private-openssh -o key';
  if (!/^-----BEGIN .*PRIVATE KEY-----\r?\n/m.test(text)) return 'the file does not hold a private key';
  // OpenSSH compares the first and last line of its own format with their line ends (sshkey.c, MARK_BEGIN and MARK_END).
  if (!text.includes('BEGIN OPENSSH')) return undefined;
  if (text.includes('\r')) return 'the file has Windows line endings, which ssh does not read; convert them';
  return text.endsWith('\n') ? undefined : 'the file does not end with a line break, which ssh requires; add one';
}
