# An image of the stand-in distribution: 4 GiB, of which about 1 GiB is data that cannot be compressed.
{ mebibytes, salt }:
(import ../../test/fixtures/distribution/nixos/lib/eval-config.nix {
  system = builtins.currentSystem;
  modules = [
    {
      closure = {
        inherit mebibytes salt;
        paths = 4;
      };
      image.modules.hcloud = { virtualisation.diskSize = 4096; };
    }
  ];
}).config.system.build.images.hcloud
