import { REGENERATE } from '../../validation/problem';
import { ExitStatus } from './exit-status';

/**
 * What a refused deployment means for the user, by the supervisor's error code (docs/activation.md). The client refuses with
 * the same words where it already sees that the host would.
 */
export const REFUSALS = {
  'bad-request': { status: ExitStatus.BAD_INPUT, fix: REGENERATE },
  busy: { status: ExitStatus.BUSY, fix: 'wait until the other deployment is over, then run this one again' },
  drift: {
    status: ExitStatus.FAILED,
    fix: 'somebody else switched the host in the meantime; run the deployment again if it is still wanted',
  },
  'not-nixos': {
    status: ExitStatus.FAILED,
    fix: 'install NixOS on the host first (for example with nixos-anywhere)',
  },
  damaged: {
    status: ExitStatus.FAILED,
    fix: 'run the deployment again: damaged paths are copied again; if it persists, check the disk',
  },
  'no-space': {
    status: ExitStatus.FAILED,
    fix: 'make room on the host (in /nix by nix-collect-garbage --delete-older-than 30d), then run the deployment again',
  },
  'no-run-space': {
    status: ExitStatus.FAILED,
    fix: 'find what fills /run on the host (du -x /run), or reboot it',
  },
  'needs-reboot': { status: ExitStatus.FAILED, fix: 'deploy with DeploymentGoal.BOOT and reboot the host' },
  'check-failed': {
    status: ExitStatus.FAILED,
    fix: 'correct what the check asks for (the log lines above are its own), or remove it from system.preSwitchChecks',
  },
  'newer-format': {
    status: ExitStatus.FAILED,
    fix: 'deploy with the version of cdktf-nixos that last deployed to this host, or a newer one',
  },
  'damaged-journal': {
    status: ExitStatus.FAILED,
    fix: 'wait until no transaction runs on the host (systemctl list-units "cdktf-nixos-*"), or restart it: it then boots its boot default; the next deployment keeps the damaged journal aside',
  },
  'other-owner': {
    status: ExitStatus.FAILED,
    fix: 'let only one of them deploy to it; if it should be this one, apply once with the path of the machine in CDKTF_NIXOS_TAKE_OVER',
  },
  'not-root': {
    status: ExitStatus.FAILED,
    fix: 'set ssh.user to root, or ssh.privilegeEscalation to PrivilegeEscalation.SUDO',
  },
  'no-first-boot': {
    status: ExitStatus.FAILED,
    fix: 'set cdktf-nixos.firstBoot.enable = true in the configuration of the image, then replace the server: only a new one takes a key from user data',
  },
  failed: {
    status: ExitStatus.FAILED,
    fix: 'the message above names what failed on the host; run the deployment again',
  },
} satisfies { readonly [code: string]: RefusalMeaning };

interface RefusalMeaning {
  readonly status: ExitStatus;
  readonly fix: string;
}

/** The error codes of the supervisor. */
export type RefusalCode = keyof typeof REFUSALS;

/** The code that a host sent. It may send any word: one that is not known counts as `failed`. */
export function refusalCode(code: string): RefusalCode {
  return Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'failed';
}
