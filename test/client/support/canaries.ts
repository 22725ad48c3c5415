import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import type { RecordedProcess } from '../../evaluation/support/recorded-processes';

/** Texts that must not be seen, each with a name. */
export class Canaries {
  private readonly texts: { readonly [name: string]: string };

  constructor(names: readonly string[]) {
    this.texts = Object.fromEntries(names.map((name) => [name, `canary-${randomBytes(18).toString('base64url')}`]));
  }

  of(name: string): string {
    const text = this.texts[name];
    if (text === undefined) throw new Error(`there is no canary ${name}`);
    return text;
  }

  /** The canaries in a text: themselves, their base64 and their digests, by which a short secret could be guessed. */
  in(text: string): string[] {
    return Object.entries(this.texts)
      .filter(([, canary]) => formsOf(canary).some((form) => text.includes(form)))
      .map(([name]) => name);
  }

  /** The canaries in files and their names, as `canary: file`. */
  inFiles(places: readonly string[]): string[] {
    if (places.length === 0) return [];
    return Object.entries(this.texts).flatMap(([name, canary]) => {
      const patterns = formsOf(canary).flatMap((form) => ['-e', form]);
      const { stdout } = execaSync('grep', ['-rlaF', ...patterns, ...places], { reject: false });
      const named = execaSync('find', [...places, '-name', `*${canary}*`], { reject: false }).stdout;
      return `${stdout}\n${named}`
        .split('\n')
        .filter(Boolean)
        .map((file) => `${name}: ${file}`);
    });
  }

  /** The canaries in the arguments of processes, as `canary: program`. */
  inArguments(processes: readonly RecordedProcess[]): string[] {
    return unique(processes.flatMap(({ argv }) => this.in(argv.join('\0')).map((name) => `${name}: ${argv[0]}`)));
  }

  /** The canaries in the environment of processes, as `canary: program: VARIABLE`. */
  inEnvironments(processes: readonly RecordedProcess[]): string[] {
    return unique(
      processes.flatMap(({ argv, environ }) =>
        environ.flatMap((entry) => this.in(entry).map((name) => `${name}: ${programOf(argv)}: ${entry.split('=', 1)}`)),
      ),
    );
  }
}

function formsOf(canary: string): string[] {
  const sha256 = createHash('sha256').update(canary);
  // Two bytes at the end are left out: what follows decides how they look.
  const base64 = Buffer.from(canary).toString('base64').slice(0, -4);
  return [canary, base64, sha256.digest('hex')];
}

/** With the script that a shell runs. */
function programOf([program = '', script = '']: readonly string[]): string {
  return [path.basename(program), ...(script.endsWith('.sh') && program === 'sh' ? [script] : [])].join(' ');
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** All processes of this machine at this moment, but for the one that asks. */
export function runningProcesses(): (RecordedProcess & { readonly id: number })[] {
  const ids = readdirSync('/proc').filter((id) => /^\d+$/.test(id) && Number(id) !== process.pid);
  return ids.flatMap((id) => {
    try {
      const [argv, environ] = ['cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${id}/${file}`, 'utf8').split('\0'),
      );
      return [{ id: Number(id), argv: argv!, environ: environ! }];
    } catch {
      return []; // It has ended.
    }
  });
}
