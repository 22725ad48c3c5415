/**
 * A Markdown table, as Prettier would write it.
 *
 * @param {string[][]} rows the first one is the head
 */
export function table(rows) {
  const widths = rows[0].map((_, index) => Math.max(3, ...rows.map((row) => row[index].length)));
  const [head, ...body] = rows.map((row) => line(row.map((cell, index) => cell.padEnd(widths[index]))));
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

/** @param {string[]} cells */
function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
