/** Bytes that are searched for, and what they are. */
export interface Pattern {
  readonly bytes: Buffer;
  readonly name: string;
}

/**
 * Finds any of many patterns in one pass, after Wu and Manber: two bytes at a time decide how far no pattern can end, so
 * most of a text is never looked at. A closure has gigabytes.
 */
export class PatternSearch {
  /** So much of the end of a part may be the beginning of a pattern that ends in the next one. */
  readonly overlap: number;
  /** As many bytes of each pattern as the shortest one has. */
  private readonly width: number;
  /** By two bytes: how far to go on. 0: one of the patterns may be here. */
  private readonly steps: Uint8Array;
  private readonly candidates = new Map<number, Pattern[]>();

  /** @param patterns each of them of at least two bytes */
  constructor(patterns: readonly Pattern[]) {
    const lengths = patterns.map(({ bytes }) => bytes.length);
    // Not as arguments: there may be more lines of keys than a call takes.
    this.overlap = lengths.reduce((longest, length) => Math.max(longest, length), 0) - 1;
    this.width = lengths.reduce((shortest, length) => Math.min(shortest, length), 255);
    this.steps = new Uint8Array(0x10000).fill(this.width - 1);
    for (const pattern of patterns) this.add(pattern);
  }

  get isEmpty(): boolean {
    return this.candidates.size === 0;
  }

  private add(pattern: Pattern): void {
    const last = this.width - 1;
    for (let end = 1; end <= last; end++) {
      const pair = pairAt(pattern.bytes, end);
      this.steps[pair] = Math.min(this.steps[pair] as number, last - end);
    }
    const pair = pairAt(pattern.bytes, last);
    this.candidates.set(pair, [...(this.candidates.get(pair) ?? []), pattern]);
  }

  /** The first pattern in the bytes. */
  find(bytes: Buffer): Pattern | undefined {
    if (this.candidates.size === 0) return undefined;
    for (let end = this.width - 1; end < bytes.length;) {
      const pair = pairAt(bytes, end);
      const step = this.steps[pair] as number;
      if (step === 0) {
        const found = this.startingAt(bytes, end - this.width + 1, pair);
        if (found !== undefined) return found;
      }
      end += step || 1;
    }
    return undefined;
  }

  private startingAt(bytes: Buffer, start: number, pair: number): Pattern | undefined {
    return this.candidates.get(pair)?.find(({ bytes: wanted }) => {
      const end = start + wanted.length;
      return end <= bytes.length && wanted.compare(bytes, start, end) === 0;
    });
  }
}

/** The two bytes that end here. */
function pairAt(bytes: Buffer, end: number): number {
  return ((bytes[end - 1] as number) << 8) | (bytes[end] as number);
}
