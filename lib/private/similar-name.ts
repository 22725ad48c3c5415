/** The name that the user probably meant; undefined when none is close. */
export function similarName(name: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(name.length / 3));
  const close = names
    .filter((other) => Math.abs(other.length - name.length) <= most)
    .map((other) => ({ other, steps: steps(name.toLowerCase(), other.toLowerCase()) }))
    .filter((candidate) => candidate.steps <= most)
    .sort((a, b) => a.steps - b.steps);
  return close[0]?.other;
}

/** How many letters are to be added, left out, replaced, or swapped with their neighbour. */
function steps(from: string, to: string): number {
  let [before, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        last[column] + 1,
        current[column - 1] + 1,
        last[column - 1] + (same ? 0 : 1),
        swapped ? before[column - 2] + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return last[to.length];
}
