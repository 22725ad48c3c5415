const HOUR_SECONDS = 3600;

/** So many requests at once, and as many an hour as refill. */
export class RateLimit {
  private remaining: number;
  private filled = Date.now();

  constructor(private readonly limit: number) {
    this.remaining = limit;
  }

  /** Counts a request. @returns whether there was room for it */
  take(): boolean {
    this.refill();
    if (this.remaining < 1) return false;
    this.remaining -= 1;
    return true;
  }

  /** As every answer of the API has them. */
  get headers(): { readonly [name: string]: string } {
    const seconds = ((this.limit - this.remaining) * HOUR_SECONDS) / this.limit;
    return {
      'RateLimit-Limit': String(this.limit),
      'RateLimit-Remaining': String(Math.floor(this.remaining)),
      'RateLimit-Reset': String(Math.ceil(Date.now() / 1000 + seconds)),
    };
  }

  private refill(): void {
    const now = Date.now();
    const refilled = (((now - this.filled) / 1000) * this.limit) / HOUR_SECONDS;
    this.remaining = Math.min(this.limit, this.remaining + refilled);
    this.filled = now;
  }
}
