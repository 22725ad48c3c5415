/**
 * A Markdown table: a row for each figure, a column for each checkout.
 *
 * @param {Record<string, Record<string, string>>} columns the figures of each checkout by their names
 */
export function table(columns) {
  const names = [...new Set(Object.values(columns).flatMap((figures) => Object.keys(figures)))];
  const rows = [
    ['', ...Object.keys(columns)],
    ...names.map((name) => [name, ...Object.values(columns).map((figures) => figures[name] ?? '')]),
  ];
  const widths = rows[0].map((_, index) => Math.max(3, ...rows.map((row) => row[index].length)));
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, rule, ...body].join('\n');
}
