import type { IResolvable, IResolveContext } from 'cdktf';
import { Token, Tokenization } from 'cdktf';
import type { TemplatePart } from './template';
import { parseTemplate } from './template';

/** How cdktf marks a token in a string: string tokens by name, number tokens as an improbable number. */
const MARKER = /\$\{TfToken\[[A-Za-z0-9:._-]+\]\}|-?\d(?:\.\d+)?e[+-]?\d+/g;

/** Where a token is resolved, and in which pass of the synth. */
export type ResolveContext = IResolveContext;

/** A value that is made when the stack is resolved. */
export abstract class LazyValue implements IResolvable {
  readonly creationStack: string[] = [];

  abstract resolve(context: ResolveContext): unknown;

  /** As a part of any text. */
  toString(): string {
    return Token.asString(this);
  }
}

/** The value is a token or, for strings, holds one; lists and objects are not searched for tokens in their elements. */
export function isToken(value: unknown): boolean {
  if (typeof value === 'string') return splitMarkers(value).some(isMarker);
  // Token.isUnresolved also takes names and elements that only look like a marker.
  return Tokenization.isResolvable(value) || (Token.isUnresolved(value) && isKnown(value));
}

/** A user's string with its tokens resolved: all but the tokens is data. */
export function resolveText(text: string, context: IResolveContext): TemplatePart[] {
  return splitMarkers(text).flatMap((piece) => {
    if (!isMarker(piece)) return [{ text: piece }];
    const resolved: unknown = context.resolve(piece);
    return typeof resolved === 'string' ? parseTemplate(resolved) : [{ text: String(resolved) }];
  });
}

/** The text cut before and after everything that looks like a marker. */
function splitMarkers(text: string): string[] {
  const pieces: string[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKER)) {
    pieces.push(text.slice(end, match.index), match[0]);
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece !== '');
}

/** Looks like a marker and is known to cdktf: a text may hold the like of one by chance. */
function isMarker(piece: string): boolean {
  return isKnown(piece.startsWith('${TfToken[') ? piece : Number(piece));
}

function isKnown(encoded: unknown): boolean {
  try {
    return Tokenization.reverse(encoded).length === 1;
  } catch {
    return false; // what cdktf says of a marker that it never gave out
  }
}
