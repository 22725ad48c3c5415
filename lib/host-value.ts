/** A value that the configuration reads on the host, at run time: `config.cdktf-nixos.values.<name>.path`. */
export interface HostValue {
  /**
   * JSON: null, a boolean, a number, a string, a list or an object of these. Terraform tokens may stand anywhere in
   * it. Not for secrets: any user of the host may read it.
   */
  readonly value: any;
  /**
   * Units that are restarted when the value changes, by their full name.
   * @default - none
   */
  readonly restartUnits?: string[];
}
