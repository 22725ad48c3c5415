# What the CD runs besides NixOS's installer: an SSH server that lets you in, so that a machine without a screen can be
# installed from afar. The image holds public keys only; the machine makes its own host key when it starts.
{
  networking.hostName = "installer";
  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];
  system.stateVersion = "26.05";
}
