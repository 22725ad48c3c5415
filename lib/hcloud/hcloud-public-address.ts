import { isToken } from '../terraform/token';
import { refuse } from '../validation/problem';
import { idProblem } from './machine/resource-id';

/** Where the public address of a server comes from. */
export class HcloudPublicAddress {
  /** Hetzner gives the server one, and takes it back with the server. */
  static readonly AUTOMATIC = new HcloudPublicAddress('automatic');
  /** The server has no such address. */
  static readonly NONE = new HcloudPublicAddress('none');
  /** The stack has one (`hcloud_primary_ip`), which stays when the server is replaced. Hetzner charges for it also while it has no server. */
  static readonly KEPT = new HcloudPublicAddress('kept');

  /**
   * One that exists already.
   *
   * @param primaryIpId the number of the primary IP, in the location of the server. May be a Terraform token.
   * @throws InputError when it is not a number
   */
  static existing(primaryIpId: number): HcloudPublicAddress {
    if (!isToken(primaryIpId)) refuse('HcloudPublicAddress.existing', 'primaryIpId', idProblem(primaryIpId));
    return new HcloudPublicAddress('existing', primaryIpId);
  }

  private constructor(
    /** The word for it: `automatic`, `none`, `kept` or `existing`. */
    readonly name: string,
    /** @internal */
    readonly _primaryIpId?: number,
  ) {}
}
