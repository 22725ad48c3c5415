/** The job in the environment of a synthesised resource, as Terraform gives it to the client in the default workspace. */
export function jobIn({ provisioner }: { readonly provisioner: any }): any {
  const text: string = provisioner[0]['local-exec'].environment.CDKTF_NIXOS_JOB;
  return JSON.parse(text.replace('${nonsensitive(sensitive(jsonencode(terraform.workspace)))}', '"default"'));
}
