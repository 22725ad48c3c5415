import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { captured, ProjectFolder } from '../support/project-folder';
import { evaluateAll } from '../support/requester';

const TOO_LITTLE = 'this machine probably has too little memory; free memory, add swap, or raise the container';
const SLOWER = 'nix ran out of memory; other processes continued where it stopped';

/** A process finishes so many rows, and is killed in the next one, as Linux does it when memory runs out. */
const killedAfter = (rows: number) => `
fifo=$(mktemp -u)
mkfifo "$fifo"
"$real" "$@" 2>"$fifo" &
child=$!
exec 3<"$fifo"
rm "$fifo"
begun=0
while IFS= read -r line <&3; do
  case $line in *'{"begin":'*) begun=$((begun + 1)) ;; esac
  printf '%s\\n' "$line" >&2
  if [ "$begun" -gt ${rows} ]; then
    kill -KILL "$child" "$$"
  fi
done
wait "$child"
`;
/** Once, a process is killed in the middle of the line that reports its second row. */
const KILLED_IN_A_LINE = `
[ -e "$log.killed" ] && exec "$real" "$@"
touch "$log.killed"
"$real" "$@" 2>"$log.stderr" >/dev/null
awk '/"row":/ && ++rows == 2 { printf "%s", substr($0, 1, length($0) - 20); exit } { print }' "$log.stderr" >&2
kill -KILL "$$"
`;
const LITTLE_ADDRESS_SPACE = `
ulimit -v 1500000
exec "$real" "$@"
`;

interface Run {
  readonly toplevels: string[];
  readonly problems: string;
  /** GC_INITIAL_HEAP_SIZE of each evaluator process. */
  readonly heaps: string[];
  readonly stdout: string;
}

/** Evaluates machines with a nix whose evaluators are treated as the script says. */
function run(machines: { [name: string]: string }, evaluator: string): Run {
  const configurations = Object.entries(machines).map(([name, module]) => `${name} = system [ ${module} ];`);
  const project = ProjectFolder.flake(configurations.join('\n'));
  const folder = mkdtempSync(path.join(tmpdir(), 'little-memory-'));
  const log = path.join(folder, 'log');
  const real = execaSync('which', ['nix']).stdout;
  const script = `#!/bin/sh
real='${real}'
log='${log}'
case "$*" in *' eval --json '*) ;; *) exec "$real" "$@" ;; esac
echo "heap:$GC_INITIAL_HEAP_SIZE" >>"$log"
${evaluator}`;
  writeFileSync(path.join(folder, 'nix'), script);
  chmodSync(path.join(folder, 'nix'), 0o755);
  vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`);
  let toplevels: string[] = [];
  let problems = '';
  try {
    const { stdout } = captured(() => {
      try {
        const conf = (name: string) => [name, NixosConfiguration.fromFlake(`.#${name}`)];
        const all = evaluateAll(project, () => Object.fromEntries(Object.keys(machines).map(conf)));
        toplevels = Object.values(all).map(({ toplevel }) => toplevel);
      } catch (error) {
        problems = (error as Error).message;
      }
    });
    const heaps = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return { toplevels, problems, heaps, stdout };
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
}

function machines(count: number): { [name: string]: string } {
  const names = Array.from({ length: count }, (_, index) => `m${index}`);
  return Object.fromEntries(names.map((name) => [name, `{ networking.hostName = "${name}"; }`]));
}

describeWithEachNix('where memory is short', () => {
  it('a killed evaluator is followed by others that go on where it ended and take less memory', () => {
    const { toplevels, problems, heaps, stdout } = run(machines(10), killedAfter(3));
    expect(problems).toBe('');
    expect(new Set(toplevels).size).toBe(10);
    expect(heaps).toHaveLength(4);
    expect(heaps.slice(1)).toEqual(['heap:', 'heap:', 'heap:']);
    expect(stdout).toContain(SLOWER);
  });

  it('an evaluator that is killed in the middle of a line is followed by one that evaluates that row again', () => {
    const { toplevels, problems, heaps } = run(machines(4), KILLED_IN_A_LINE);
    expect(problems).toBe('');
    expect(new Set(toplevels).size).toBe(4);
    expect(heaps).toHaveLength(2);
  });

  it('an error that a configuration throws is reported in its own words, even if it mentions memory', () => {
    const { problems, heaps } = run({ web: '{ users.motd = throw "out of memory"; }' }, 'exec "$real" "$@"');
    expect(problems).toContain('.#web cannot be evaluated: out of memory');
    expect(problems).not.toContain(TOO_LITTLE);
    expect(heaps).toHaveLength(2);
  });

  it('a machine that needs too much memory fails after a second attempt, with the likely cause and a fix', () => {
    const { problems, heaps } = run(machines(2), killedAfter(0));
    expect(problems).toContain(`.#m0 cannot be evaluated: nix was ended by SIGKILL: ${TOO_LITTLE}`);
    expect(problems).toContain('\n  the same error: .#m1\n');
    expect(heaps).toHaveLength(3);
  });

  it('a machine for which nix itself finds no memory fails in the same words, and the others are evaluated', () => {
    const big = '{ users.motd = builtins.deepSeq (builtins.genList (x: x) 1000000000) "big"; }';
    const { problems } = run({ ...machines(2), big, last: '{ }' }, LITTLE_ADDRESS_SPACE);
    expect(problems.split('\n')[1]).toContain(
      `[fleet/big] .#big cannot be evaluated: nix ran out of memory: ${TOO_LITTLE}`,
    );
    expect(problems).toContain('nix reported: out of memory');
    expect(problems).not.toMatch(/\.#(m0|m1|last)/);
  });
});
