import { ApiError } from '../api/api-error';

/** A block of IPv4 addresses. */
export class IpRange {
  /** @throws ApiError for what is not a block, or has bits set behind its prefix */
  static parse(text: string, field = 'ip_range'): IpRange {
    const [, address, prefix] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
    if (address === undefined || Number(prefix) > 32) throw ApiError.field(field, `invalid IP range ${text}`);
    const range = new IpRange(toNumber(address), Number(prefix));
    if (range.first % range.size !== 0) throw ApiError.field(field, `${text} has host bits set`);
    return range;
  }

  private constructor(
    private readonly first: number,
    private readonly prefix: number,
  ) {}

  private get size(): number {
    return 2 ** (32 - this.prefix);
  }

  /** The address at a position. */
  at(index: number): string {
    return toText(this.first + index);
  }

  includes(address: string): boolean {
    const number = toNumber(address);
    return number >= this.first && number < this.first + this.size;
  }

  contains(other: IpRange): boolean {
    return other.first >= this.first && other.first + other.size <= this.first + this.size;
  }

  overlaps(other: IpRange): boolean {
    return this.first < other.first + other.size && other.first < this.first + this.size;
  }

  /** The first block of this size inside that overlaps none of these. */
  free(prefix: number, taken: readonly IpRange[]): IpRange | undefined {
    const step = 2 ** (32 - prefix);
    for (let first = this.first; first + step <= this.first + this.size; first += step) {
      const candidate = new IpRange(first, prefix);
      if (!taken.some((range) => range.overlaps(candidate))) return candidate;
    }
    return undefined;
  }

  /** The first address that a server can have: not the network's, the gateway's or the broadcast's. */
  freeAddress(taken: ReadonlySet<string>): string | undefined {
    for (let index = 2; index < this.size - 1; index += 1) {
      if (!taken.has(this.at(index))) return this.at(index);
    }
    return undefined;
  }

  toString(): string {
    return `${toText(this.first)}/${this.prefix}`;
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
