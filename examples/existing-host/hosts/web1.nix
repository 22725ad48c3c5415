{
  networking.hostName = "web1";

  environment.etc."greeting".text = "This is web1.\n";
}
