import type { Owner } from '../../job/job';
import { NO_FILES } from './delivered-files';
import type { SupervisorReply } from './supervisor-reply';
import { isFinal, transactionState } from './transaction-state';

/** How a stream of store paths is compressed on its way. */
export type Compression = 'zstd' | 'gzip' | 'none';

/** As `stat -f` names them. */
const COMPRESSING_FILE_SYSTEMS = ['bcachefs', 'btrfs', 'f2fs', 'zfs'];

const VOLATILE_FILE_SYSTEMS = ['tmpfs', 'ramfs'];

/** The running system, the system profile, or what the boot loader reads. */
const DRIFTS = ['running', 'profile', 'boots'] as const;
type Drift = (typeof DRIFTS)[number];

/** A host's own report, before anything is done to it. */
export class HostState {
  constructor(private readonly reply: SupervisorReply) {}

  /** Number of the journal's format; 0 when the host has no journal. */
  get format(): number {
    return Number(this.reply.get('host-format')) || 0;
  }

  /** Why the host's journal counts as damaged; the host then goes on as if it had none. */
  get journalDamage(): string | undefined {
    return this.reply.get('journal-damage');
  }

  get isRoot(): boolean {
    return this.reply.get('uid') === '0';
  }

  get isNixos(): boolean {
    return this.reply.get('nixos') === 'yes';
  }

  get hasSystemd(): boolean {
    return this.reply.get('systemd') === 'yes';
  }

  /** `x86_64-linux`. */
  get system(): string {
    return this.reply.get('system') ?? '';
  }

  get bootId(): string {
    return this.reply.get('boot-id') ?? '';
  }

  get running(): string {
    return this.reply.get('running') ?? '';
  }

  /** The system that the system profile points to: it boots next. */
  get profile(): string {
    return this.reply.get('profile') ?? '';
  }

  get generation(): string {
    return this.reply.get('generation') || 'none';
  }

  /** The toplevel of the last deployment that was committed on the host. */
  get committed(): string {
    return this.reply.get('committed') ?? '';
  }

  /** The owner of the last commit, percent-encoded. */
  get owner(): Owner {
    const part = (name: string) => this.reply.get(`owner-${name}`) || undefined;
    return { project: part('project'), stack: part('stack'), workspace: part('workspace') };
  }

  /** What somebody else changed after the last commit. */
  get drift(): Drift[] {
    const words = (this.reply.get('drift') ?? '').split(' ');
    return DRIFTS.filter((drift) => words.includes(drift));
  }

  /** Who changed it, as far as the host knows: one of its users, or who began a deployment. */
  get driftBy(): string | undefined {
    return this.reply.get('drift-by') || undefined;
  }

  get runningSince(): string {
    return this.reply.get('since') || 'an unknown time';
  }

  get profileSince(): string {
    return this.reply.get('profile-since') || 'an unknown time';
  }

  /** It runs a kernel, initrd or modules of another system than the running one. */
  get awaitsRestart(): boolean {
    return this.reply.get('reboot-pending') === 'yes';
  }

  get filesDigest(): string {
    return this.reply.get('files-digest') || NO_FILES;
  }

  /** Services see the files of the last commit. After goal boot they do not, until the host restarts. */
  get showsFiles(): boolean {
    return this.reply.get('files-shown') !== 'no';
  }

  /**
   * No transaction is under way, none was cut off, and none has left something unrepaired, such as the boot loader. Nor
   * has another program's switch, which shows in an `/etc` of another system than the running one.
   */
  get settled(): boolean {
    if (this.locked || this.reply.get('etc') === 'no' || this.reply.get('unsettled') === 'yes') return false;
    const state = transactionState(this.reply.get('state') || 'none');
    return state === 'none' || (isFinal(state) && state !== 'rollback-failed');
  }

  get locked(): boolean {
    return this.reply.get('lock') === 'held';
  }

  get lockToplevel(): string | undefined {
    return this.reply.get('lock-toplevel');
  }

  get lockBy(): string | undefined {
    return this.reply.get('lock-by');
  }

  get freeStoreBytes(): number {
    return kibibytes(this.reply.get('free-store-kib'));
  }

  /** Where the journal and the delivered files are. */
  get freeStateBytes(): number {
    return kibibytes(this.reply.get('free-state-kib'));
  }

  get freeStateInodes(): number {
    return count(this.reply.get('free-state-inodes'));
  }

  /** The journal and the delivered files do not outlive a restart. */
  get stateIsVolatile(): boolean {
    return VOLATILE_FILE_SYSTEMS.includes(this.reply.get('state-file-system') ?? '');
  }

  get freeRunBytes(): number {
    return kibibytes(this.reply.get('free-run-kib'));
  }

  /** Store paths may need less room there than their archives. */
  get storeCompresses(): boolean {
    return COMPRESSING_FILE_SYSTEMS.includes(this.reply.get('store-file-system') ?? '');
  }

  /** The compressions that the host can read, best first. */
  get compressions(): Compression[] {
    const known: readonly string[] = ['zstd', 'gzip', 'none'];
    const offered = (this.reply.get('compression') ?? '').split(' ').filter((name) => known.includes(name));
    return offered.length > 0 ? (offered as Compression[]) : ['none'];
  }

  /** For `host` of a failure. */
  get description(): string {
    return describeHost(this.running, this.profile);
  }
}

/** In one sentence which system runs and which one boots. */
export function describeHost(running: string | undefined, profile: string | undefined): string {
  if (!running) return 'did not report what it runs';
  if (!profile) return `runs ${running}; it has no system profile`;
  return running === profile ? `runs and boots ${running}` : `runs ${running} and boots ${profile}`;
}

function kibibytes(text: string | undefined): number {
  return count(text) * 1024;
}

/** A host that does not report it counts as having room. */
function count(text: string | undefined): number {
  return text === undefined || !/^\d+$/.test(text) ? Infinity : Number(text);
}
