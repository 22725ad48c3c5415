import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { InputError } from '../../../lib/client/kit';
import { firstContact } from '../../../lib/client/jobs/first-contact/first-contact';
import type { KeyRecord } from '../../../lib/client/jobs/first-contact/key-record';
import { recordedKey, type RecordedKey, recordLabel } from '../../../lib/job/recorded-key';

/** A moment of a run at which it is struck. */
export type Moment = 'read' | 'before pending' | 'after pending' | 'before confirmed' | 'after confirmed';

/**
 * The first contact of a cloud whose record of a key is a file: `<file>` has the label, `<file>.log` all that was written. The
 * file `<file>.strike` has a moment at which the client is killed.
 */
class FileRecord implements KeyRecord {
  constructor(private readonly file: string) {}

  async read(): Promise<RecordedKey | undefined> {
    this.strike('read');
    return existsSync(this.file) ? recordedKey(readFileSync(this.file, 'utf8')) : undefined;
  }

  async write(key: RecordedKey): Promise<void> {
    this.strike(`before ${key.state}`);
    writeFileSync(this.file, recordLabel(key));
    appendFileSync(`${this.file}.log`, `${recordLabel(key)}\n`);
    this.strike(`after ${key.state}`);
  }

  private strike(moment: Moment): void {
    const strike = `${this.file}.strike`;
    if (existsSync(strike) && readFileSync(strike, 'utf8') === moment) process.kill(process.pid, 'SIGKILL');
  }
}

export const jobKind = firstContact('test-first-contact', {
  check({ file }) {
    if (typeof file === 'string') return;
    throw new InputError('test', 'record.file', { given: String(file), expected: 'a path', fix: 'give one' });
  },
  secretVariables: [],
  of: ({ record }) => new FileRecord((record as { readonly file: string }).file),
});
