import type { FirstContactJob } from '../../../job/first-contact';
import type { RecordedKey } from '../../../job/recorded-key';
import type { JobChecks, JobContext, Unchecked } from '../../kit';

/** Where the public half of a lasting key is kept, so that the next apply finds it. */
export interface KeyRecord {
  /** Undefined before the first contact. */
  read(): Promise<RecordedKey | undefined>;
  write(key: RecordedKey): Promise<void>;
}

/** What a cloud adds: where it keeps the public half of a key that the host made. */
export interface RecordOfCloud {
  /** Checks the member `record` of a job. @throws InputError for the first problem */
  check(record: Unchecked, checks: JobChecks): void;
  /** Variables of the environment that hold a secret of it. */
  readonly secretVariables: readonly string[];
  of(job: FirstContactJob, context: JobContext): KeyRecord;
}

/** The user has the key, so there is nothing to keep. That the first contact is over is known to Terraform's state alone. */
export class HeldKeyRecord implements KeyRecord {
  constructor(private readonly publicKey: string) {}

  async read(): Promise<RecordedKey> {
    return { state: 'pending', publicKey: this.publicKey };
  }

  async write(): Promise<void> {
    // The user has it.
  }
}
