/** What a host can have that is not its own: a server of a cloud is several hosts in turn. Paths of the machine. */
export interface HostParts {
  /** @default - its name in the lab */
  readonly hostName?: string;
  /** A directory with a network namespace that outlives it. @default - one of its own, with a link to the machine */
  readonly network?: string;
  /** A file that is its disk `/dev/sda`; only on hosts without systemd. @default - it has none */
  readonly sda?: string;
  /** A file with the public keys that may log in until a system says something else. @default - the lab's */
  readonly authorizedKeys?: string;
  /** A raw image of the stand-in distribution, whose system it starts with. @default - it starts without a system */
  readonly image?: string;
}
