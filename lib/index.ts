export { DeploymentGoal } from './deployment-goal';
export type { DeploymentPolicies } from './deployment-policies';
export { DeploymentResource } from './deployment-resource';
export { EvaluationError } from './evaluation/nix/evaluation-error';
export { HostKeys } from './host-keys';
export type { HostValue } from './host-value';
export { ImageVariant } from './image-variant';
export type { JumpHost } from './jump-host';
export { MachineHostKey } from './machine-host-key';
export { ModulePriority } from './module-priority';
export { NixBuild, type NixBuildProps } from './nix-build';
export type { NixOptions } from './evaluation/request/nix-options';
export {
  NixosConfiguration,
  type ConfigurationOptions,
  type FileConfigurationOptions,
  type FlakeConfigurationOptions,
} from './nixos-configuration';
export { NixosDeployment, type NixosDeploymentProps } from './nixos-deployment';
export { NixosImage, type NixosImageProps } from './nixos-image';
export { NixosMachine, type INixosMachine, type MachineAttributes } from './nixos-machine';
export { NixosModule, type ConfigModuleOptions, type FileModuleOptions } from './nixos-module';
export { NixpkgsSource } from './nixpkgs-source';
export { OptionValue } from './option-value';
export { PrivilegeEscalation } from './privilege-escalation';
export type { Secret } from './secret';
export { SecretSource } from './secret-source';
export { SecretStorage } from './secret-storage';
export type { SshOptions } from './ssh-options';
export { InputError, type Problem as InputProblem } from './validation/problem';
