{
  networking.hostName = "web2";

  environment.etc."greeting".text = "This is web2.\n";
}
