/** How a line looks in the window. */
export type Look = 'command' | 'output' | 'faint' | 'added' | 'failed' | 'good';

/** One line of a terminal, of any length. */
export interface TerminalLine {
  readonly look: Look;
  readonly text: string;
}

/** Characters in a row of the window. */
const COLUMNS = 98;
/** Pixels. Fonts differ in width, so each row is stretched to its number of characters (`textLength`). */
const CHARACTER = { width: 8.4, height: 20, fontSize: 14 };
const MARGIN = { side: 18, top: 52, bottom: 16 };

const COLOURS: { readonly [look in Look]: string } = {
  command: '#ffffff',
  output: '#c3cbd8',
  faint: '#8893a5',
  added: '#8bd58b',
  failed: '#ff8f7e',
  good: '#8bd58b',
};

/**
 * Draws lines as a terminal window. The same lines give the same bytes.
 *
 * @param title shown in the bar of the window
 * @returns a whole SVG document
 */
export function terminalSvg(title: string, lines: readonly TerminalLine[]): string {
  const rows = lines.flatMap(({ look, text }) => wrap(shorten(text)).map((row) => ({ look, text: row })));
  const width = Math.ceil(2 * MARGIN.side + COLUMNS * CHARACTER.width);
  const height = MARGIN.top + rows.length * CHARACTER.height + MARGIN.bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escape(title)}</title>`,
    ...frame(width, height, title),
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CHARACTER.fontSize}">`,
    ...rows.map(drawRow),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Store paths keep the first four characters of their hash: enough to see which are equal. */
export function shorten(text: string): string {
  return text.replace(/(\/nix\/store\/[0-9a-z]{4})[0-9a-z]{28}(?=-)/g, '$1…');
}

/** Rows of at most `COLUMNS` characters, broken between words; all but the first are indented. */
function wrap(text: string): string[] {
  if (text.length <= COLUMNS) return [text];
  const space = text.lastIndexOf(' ', COLUMNS);
  const end = space > 4 ? space : COLUMNS;
  return [text.slice(0, end), ...wrap(`    ${text.slice(end).trimStart()}`)];
}

function frame(width: number, height: number, title: string): string[] {
  const lights = ['#ff5f57', '#febc2e', '#28c840'];
  return [
    `<rect width="${width}" height="${height}" rx="9" fill="#171b24"/>`,
    `<path d="M0 34V9a9 9 0 0 1 9-9h${width - 18}a9 9 0 0 1 9 9v25z" fill="#272d3a"/>`,
    ...lights.map((colour, index) => `<circle cx="${20 + index * 20}" cy="17" r="6" fill="${colour}"/>`),
    `<text x="${width / 2}" y="22" fill="#aab4c4" font-family="sans-serif" font-size="13" text-anchor="middle">${escape(title)}</text>`,
  ];
}

function drawRow({ look, text }: TerminalLine, index: number): string {
  const indent = text.length - text.trimStart().length;
  const shown = text.trim();
  if (shown === '') return '';
  const x = (MARGIN.side + indent * CHARACTER.width).toFixed(1);
  const y = MARGIN.top + index * CHARACTER.height + CHARACTER.fontSize;
  const length = (shown.length * CHARACTER.width).toFixed(1);
  const weight = look === 'command' ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y}" fill="${COLOURS[look]}"${weight} textLength="${length}" xml:space="preserve">${escape(shown)}</text>`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
