/** The bytes without one line end at their end, which tools and shells add. */
export function withoutLineEnd(content: Buffer): Buffer {
  if (content.at(-1) !== 0x0a) return content;
  return content.subarray(0, content.at(-2) === 0x0d ? -2 : -1);
}

/** The bytes without the blanks and line ends around them. */
export function trimmed(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''), 'latin1');
}

/**
 * How a text looks within a text of JSON: as most programs write it; as Go does, and so Terraform, for a page of HTML; in
 * ASCII alone.
 */
export function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = (characters: RegExp) => json.replace(characters, escapedUnits);
  return [...new Set([json, escaped(/[<>&\u2028\u2029]/g), escaped(/[^ -~]/g)])];
}

function escapedUnits(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * How the bytes look in base64, of both alphabets, wherever they stand in something longer: their neighbours decide how
 * they are divided, and share their first and last character.
 */
export function base64Forms(content: Buffer): string[] {
  const forms = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), content]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + content.length) * 8) / 6));
  });
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]))];
}
