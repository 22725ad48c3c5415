/** One function of a shell script in our style: its braces are alone on their lines, and no text in it begins a line. */
export interface ShellFunction {
  readonly name: string;
  /** Its body runs in a subshell, so the variables that it sets are its own. */
  readonly subshell: boolean;
  /** Without comments and without what single quotes hold. */
  readonly code: string;
}

export interface ShellPart {
  readonly functions: readonly ShellFunction[];
  /** Lines outside all functions, without comments and blank lines. */
  readonly topLevel: readonly string[];
}

export function parseShell(text: string): ShellPart {
  const functions: ShellFunction[] = [];
  const topLevel: string[] = [];
  let open: { name: string; end: string; lines: string[] } | undefined;
  for (const line of withoutText(text).split('\n')) {
    const begin = /^([a-z_]+)\(\) ([{(])$/.exec(line);
    if (open !== undefined && line === open.end) {
      functions.push({ name: open.name, subshell: open.end === ')', code: open.lines.join('\n') });
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (begin !== null) {
      open = { name: begin[1]!, end: begin[2] === '{' ? '}' : ')', lines: [] };
    } else if (line.trim() !== '') {
      topLevel.push(line);
    }
  }
  return { functions, topLevel: open === undefined ? topLevel : [...topLevel, `${open.name}() has no end`] };
}

/** Names of functions that a function calls or hands on, out of the given ones. */
export function uses({ code }: ShellFunction, names: readonly string[]): string[] {
  return names.filter((name) => (name.includes('_') ? word(name) : command(name)).test(code));
}

/** Names of the variables that a text sets. */
export function assigned(code: string): string[] {
  const plain = [...code.matchAll(/(?<=^|[\s;&|({])([a-z][a-z0-9_]*)=/gm)].map((match) => match[1]!);
  const loops = [...code.matchAll(/\bfor ([a-z][a-z0-9_]*) in\b/g)].map((match) => match[1]!);
  const reads = [...code.matchAll(/\bread -r((?: [a-z_][a-z0-9_]*)+)/g)].flatMap((match) =>
    match[1]!.trim().split(' '),
  );
  return [...new Set([...plain, ...loops, ...reads])].filter((name) => name !== '_');
}

/** Names of the variables that a text reads. */
export function read(code: string): string[] {
  return [...new Set([...code.matchAll(/\$\{?#?([a-z][a-z0-9_]*)/g)].map((match) => match[1]!))];
}

/** A name without an underscore may also be a word of a message: only where a command stands it is a call. */
function command(name: string): RegExp {
  return new RegExp(
    `(^|[;&|{!]|(^|[;&|{!]|\\$)\\s*\\(|\\b(if|then|else|elif|do|while|until|trap|yes_if))\\s*${name}(?![\\w-])`,
    'm',
  );
}

function word(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`);
}

/** Without comments and single-quoted text, whose lines stay. Quotes inside of double quotes are text. */
function withoutText(text: string): string {
  const tokens = /\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|(?<=^|\s)#[^\n]*/g;
  return text.replace(tokens, (token) => {
    if (token.startsWith('#')) return '';
    return token.startsWith("'") ? `''${'\n'.repeat(token.split('\n').length - 1)}` : token;
  });
}
