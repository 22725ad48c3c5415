# What a host runs before its first deployment: a system with nothing added.
{ name }:
(import ../../fixtures/distribution/nixos {
  system = "x86_64-linux";
  configuration.networking.hostName = name;
}).system
