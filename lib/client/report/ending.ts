import { ExitStatus } from './exit-status';
import { REFUSALS } from './refusals';

/** What one way to end means for the user. */
export interface Ending {
  readonly status: ExitStatus;
  /** What happened. @default - only the host, or the program that failed, can say it */
  readonly words?: string;
  /** What to do about it. @default - it depends on more than the code */
  readonly fix?: string;
}

const AGAIN = 'run the deployment again: it first reads what the host runs';
const CONFIGURATION =
  'correct the configuration (the reason and the log lines above name the cause), then deploy again';

const ROLLED_BACK = { status: ExitStatus.ROLLED_BACK, fix: CONFIGURATION };
/** The host itself failed, not the system. */
const HOST_FAILED = {
  status: ExitStatus.ROLLED_BACK,
  fix: 'repair what the reason names on the host (is a disk full or read-only?), then deploy again',
};
const SWITCHED_BY_OTHERS = {
  status: ExitStatus.ROLLED_BACK,
  fix: 'find out which other program switches the host; deploy again when it is done',
};

/** Of a transaction that the host did not keep: the codes of its reason (docs/activation.md). */
const REASONS = {
  'activation-failed': ROLLED_BACK,
  'activation-timeout': ROLLED_BACK,
  'activation-script-failed': ROLLED_BACK,
  'units-failed': ROLLED_BACK,
  'unit-restart-failed': ROLLED_BACK,
  'file-owner-unknown': {
    status: ExitStatus.ROLLED_BACK,
    fix: 'correct the owner or group in the program, or add it to users.users or users.groups of the configuration; then deploy again',
  },
  'not-confirmed': ROLLED_BACK,
  'boot-failed': ROLLED_BACK,
  'foreign-switch': SWITCHED_BY_OTHERS,
  'switch-busy': SWITCHED_BY_OTHERS,
  'profile-failed': HOST_FAILED,
  'files-failed': HOST_FAILED,
  'journal-failed': HOST_FAILED,
  'supervisor-ended': {
    status: ExitStatus.ROLLED_BACK,
    fix: 'find out what ended the deployment on the host (journalctl, also for a lack of memory), then deploy again',
  },
  'host-restarted': {
    status: ExitStatus.ROLLED_BACK,
    words: 'the host restarted before it committed the new system',
    fix: 'find out why it restarted (journalctl -b -1 on the host), then deploy again',
  },
  adopted: { status: ExitStatus.DONE },
} satisfies { readonly [code: string]: Ending };

/** What only the client knows of a transaction. */
const OUTCOMES = {
  committed: { status: ExitStatus.DONE },
  'nothing-to-do': { status: ExitStatus.DONE },
  'first-contact': { status: ExitStatus.DONE },
  'rolled-back': ROLLED_BACK,
  'not-as-before': { status: ExitStatus.UNKNOWN },
  'booted-another': {
    status: ExitStatus.UNKNOWN,
    words: 'the host restarted before it committed the new system',
    fix: 'find out why it restarted (journalctl -b -1 on the host), then deploy the system that it should run',
  },
  overtaken: {
    status: ExitStatus.FAILED,
    fix: 'find out who switched the host; run the deployment again if it is still wanted',
  },
  contradicted: {
    status: ExitStatus.UNKNOWN,
    words: 'the host reported the new system as committed, but the rest of its report contradicts that',
    fix: `find out who switched the host meanwhile; ${AGAIN}`,
  },
  'not-started': {
    status: ExitStatus.FAILED,
    words: 'the connection ended before the host started the deployment',
    fix: 'run the deployment again',
  },
  superseded: {
    status: ExitStatus.UNKNOWN,
    words: 'another deployment to this host started before we learned how this one ended',
    fix: AGAIN,
  },
  'boot-loader-failed': {
    status: ExitStatus.ROLLED_BACK,
    words: 'the boot loader could not be written',
    fix: 'repair what its program complains about in the log lines above (often a full /boot), then deploy again: that writes it anew',
  },
  stuck: {
    status: ExitStatus.UNKNOWN,
    words: 'the host could neither keep the new system nor roll back',
    fix: 'look at the host (systemctl --failed; /var/lib/cdktf-nixos/journal); a reboot starts its boot default; then deploy again',
  },
  silent: {
    status: ExitStatus.UNKNOWN,
    words: 'the host stopped replying',
    fix: 'look at the console of the host; when it replies again, run the deployment again: it first reads what the host runs',
  },
} satisfies { readonly [code: string]: Ending };

/** What fails before a host has a transaction, besides refusals. */
const FAILURES = {
  'bad-input': { status: ExitStatus.BAD_INPUT },
  'program-missing': { status: ExitStatus.PROGRAM_MISSING },
  'program-failed': { status: ExitStatus.FAILED, fix: 'see the lines above' },
  'no-connection': { status: ExitStatus.FAILED },
  'no-reply': { status: ExitStatus.FAILED },
  'copy-failed': {
    status: ExitStatus.FAILED,
    words: 'the copy failed',
    fix: 'run the deployment again: the host keeps what has arrived; CDKTF_NIXOS_COPY=nix-copy-closure copies by another method',
  },
  'other-platform': {
    status: ExitStatus.FAILED,
    fix: 'set nixpkgs.hostPlatform of the configuration to the platform of the host, or deploy to another machine',
  },
  'unreadable-secret': { status: ExitStatus.FAILED, words: 'a secret cannot be read' },
  'leaked-secret': {
    status: ExitStatus.FAILED,
    words: 'a secret is where others may read it',
    fix: 'remove it there and rotate the secret: treat it as compromised',
  },
  'no-system': {
    status: ExitStatus.FAILED,
    fix: 'give the toplevel of a NixOS configuration (config.system.build.toplevel) with system.switch.enable = true',
  },
  unknown: { status: ExitStatus.UNKNOWN },
} satisfies { readonly [code: string]: Ending };

/** Every way in which a job ends, by its code. */
export const ENDINGS = { ...REFUSALS, ...REASONS, ...OUTCOMES, ...FAILURES };

export type EndingCode = keyof typeof ENDINGS;

/** The ending of a transaction that was rolled back for this reason. A host may send any word. */
export function rollbackEnding(code: string | undefined): EndingCode {
  return code !== undefined && Object.hasOwn(REASONS, code) ? (code as keyof typeof REASONS) : 'rolled-back';
}

/** The code of an end that has none of its own. */
export function codeOfStatus(status: ExitStatus): EndingCode {
  return GENERAL[status];
}

const GENERAL = {
  [ExitStatus.DONE]: 'committed',
  [ExitStatus.FAILED]: 'failed',
  [ExitStatus.ROLLED_BACK]: 'rolled-back',
  [ExitStatus.UNKNOWN]: 'unknown',
  [ExitStatus.BAD_INPUT]: 'bad-input',
  [ExitStatus.PROGRAM_MISSING]: 'program-missing',
  [ExitStatus.BUSY]: 'busy',
} satisfies { readonly [status in ExitStatus]: EndingCode };
