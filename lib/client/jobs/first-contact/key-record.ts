import type { RecordedKey } from '../../../job/recorded-key';

/** Where the public half of a lasting key is kept, so that the next apply finds it. */
export interface KeyRecord {
  /** Undefined before the first contact. */
  read(): Promise<RecordedKey | undefined>;
  write(key: RecordedKey): Promise<void>;
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
