import { LazyValue } from './token';

class Workspace extends LazyValue {
  resolve(): string {
    return '${terraform.workspace}';
  }
}

/** The name of Terraform's workspace, as a token: it is known at apply. */
export function terraformWorkspace(): string {
  return new Workspace().toString();
}
