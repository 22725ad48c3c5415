/**
 * A NixOS module with a mistake that evaluates, builds and activates without complaint: root no longer accepts the
 * key that deploys.
 *
 * @param name the host's name in examples/existing-host
 */
export function lockOut(name: string): string {
  return `{ lib, ... }:
{
  networking.hostName = "${name}";

  environment.etc."greeting".text = "This is ${name}.\\n";

  users.users.root.openssh.authorizedKeys.keyFiles = lib.mkForce [ ];
}
`;
}
