{
  networking.hostName = "web3";

  environment.etc."greeting".text = "This is web3.\n";
}
