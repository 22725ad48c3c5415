/**
  The image of a configuration by the name of its variant: the derivation, and what NixOS says of it. Nothing is assumed
  that NixOS does not say: `file` is null and `bootMode` is "unknown" then.

  The type of the answer is in lib/evaluation/request/image.ts.
*/
{ text }:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elem
    filter
    isInt
    isString
    match
    split
    ;

  # What NixOS has had before 25.05: the attribute of system.build, and the file in its output where that is known.
  older = {
    amazon = {
      attribute = "amazonImage";
      file =
        config:
        let
          inherit (config.amazonImage) format name;
        in
        "${name}.${if format == "vpc" then "vhd" else format}";
    };
    azure.attribute = "azureImage";
    digital-ocean.attribute = "digitalOceanImage";
    google-compute.attribute = "googleComputeImage";
    hyperv = {
      attribute = "hypervImage";
      file = config: config.hyperv.vmFileName;
    };
    inherit iso;
    iso-installer = iso;
    kexec.attribute = "kexecTarball";
    kubevirt.attribute = "kubevirtImage";
    linode.attribute = "linodeImage";
    lxc.attribute = "tarball";
    lxc-metadata.attribute = "metadata";
    oci.attribute = "OCIImage";
    openstack.attribute = "openstackImage";
    proxmox.attribute = "VMA";
    proxmox-lxc.attribute = "tarball";
    sd-card = {
      attribute = "sdImage";
      file =
        config:
        "sd-image/${config.sdImage.imageName}${if config.sdImage.compressImage then ".zst" else ""}";
    };
    vagrant-virtualbox.attribute = "vagrantVirtualbox";
    virtualbox = {
      attribute = "virtualBoxOVA";
      file = config: config.virtualbox.vmFileName;
    };
    vmware = {
      attribute = "vmwareImage";
      file = config: config.vmware.vmFileName;
    };
  };

  iso = {
    attribute = "isoImage";
    file =
      config: "iso/${config.isoImage.isoName}${if config.isoImage.compressImage or false then ".zst" else ""}";
  };

  listed = names: if names == [ ] then "none" else concatStringsSep ", " names;

  # The image, the configuration that it is made of, and the file in it.
  found =
    row: configuration: variant:
    let
      inherit (configuration) config;
      build =
        config.system.build
          or (throw "${row.name} is not a NixOS configuration: it has no config.system.build");
    in
    if variant == "vm" then
      virtualMachine row config build
    else if build ? images then
      current row config build variant
    else
      former row config build variant;

  current =
    row: config: build: variant:
    let
      image = build.images.${variant};
      own = image.passthru.config or config;
      names = attrNames build.images ++ (if build ? vm then [ "vm" ] else [ ]);
    in
    if build.images ? ${variant} then
      {
        inherit image;
        config = own;
        file = image.passthru.filePath or own.image.filePath or null;
      }
    else if attrNames build.images == [ ] && build ? image then
      throw (
        "${row.name} has no images by variant, because it imports a module that builds an image itself "
        + "(system.build.image is set, and this NixOS then leaves image.modules empty); import that module in "
        + "image.modules.${variant} instead, which adds it to this image only"
      )
    else
      throw "${row.name} has no image of the variant '${variant}'; it has ${listed names}";

  former =
    row: config: build: variant:
    let
      named = older.${variant} or { };
      image = build.${named.attribute};
      known =
        filter (name: build ? ${older.${name}.attribute}) (attrNames older)
        ++ (if build ? vm then [ "vm" ] else [ ]);
    in
    if named ? attribute && build ? ${named.attribute} then
      {
        inherit image config;
        file = config.image.filePath or ((named.file or (_: null)) config);
      }
    else
      throw (
        "${row.name} has no image of the variant '${variant}'; it has ${listed known}: this NixOS is older than 25.05, "
        + "which has system.build.images, and builds only what a module of the configuration adds to system.build"
      );

  # Its configuration is a variant of its own; the runner is named as the guest is.
  virtualMachine =
    row: config: build:
    let
      own = config.virtualisation.vmVariant or config;
      image = build.vm or (throw "${row.name} has no virtual machine: system.build.vm is missing");
    in
    {
      inherit image;
      config = own;
      file = "bin/${image.meta.mainProgram or "run-${own.system.name}-vm"}";
      bootMode =
        if own.virtualisation.useBootLoader or false then
          firmware (own.virtualisation.useEFIBoot or false)
        else
          "none";
    };

  firmware = efi: if efi then "uefi" else "legacy-bios";

  both =
    { bios, uefi }:
    if bios && uefi then
      "uefi-preferred"
    else if bios || uefi then
      firmware uefi
    else
      "unknown";

  # What starts the image. A module that builds one has the last word on the boot loader.
  bootMode =
    config:
    let
      loader = config.boot.loader or { };
      grub = loader.grub or { };
      hasGrub = grub.enable or false;
      disks = filter (device: device != "nodev" && device != "") (
        grub.devices or [ ] ++ [ (grub.device or "") ]
      );
    in
    if config.boot.isContainer or false then
      "none"
    else if config ? isoImage then
      both {
        bios = config.isoImage.makeBiosBootable or true;
        uefi = config.isoImage.makeEfiBootable or false;
      }
    else if config ? image.efiSupport then
      firmware config.image.efiSupport
    else if config ? amazonImage && config ? ec2.efi then
      firmware config.ec2.efi
    else
      both {
        bios = hasGrub && disks != [ ];
        uefi = (loader.systemd-boot.enable or false) || (hasGrub && (grub.efiSupport or false));
      };

  # A relative path as Terraform and a shell take it.
  checked =
    row: variant: file:
    if file == null then
      null
    else if
      isString file && match "[^/].*" file != null && !elem ".." (filter isString (split "/" file))
    then
      text file
    else
      throw "the image ${variant} of ${row.name} names its file '${toString file}', which is not a path in its output";
in
row: configuration: want:
let
  answer = found row configuration want.variant;
  inherit (answer) config image;
  diskSize = config.virtualisation.diskSize or null;
in
{
  drv = text image.drvPath;
  out = text image.outPath;
  system = text configuration.pkgs.stdenv.hostPlatform.system;
  file = checked row want.variant answer.file;
  bootMode = answer.bootMode or (bootMode config);
  diskMebibytes = if isInt diskSize then diskSize else null;
}
