{
  services.openssh.enable = true;
  users.users.root.openssh.authorizedKeys.keyFiles = [ ./deploy-key.pub ];
  system.stateVersion = "26.05";
}
