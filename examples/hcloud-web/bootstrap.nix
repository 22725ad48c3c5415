# What a server boots from the image, and what all of them have.
{
  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];

  system.stateVersion = "26.05";
}
