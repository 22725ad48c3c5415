import { display } from '../../validation/display';
import { InputError } from '../kit';

/** Where the API is, and what it lets us do. */
export interface HcloudAccess {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string;
}

/** The variable that holds the token, for Terraform's provider and for us. */
export const TOKEN_VARIABLE = 'HCLOUD_TOKEN';
const ENDPOINT_VARIABLE = 'HCLOUD_ENDPOINT';
const DEFAULT_ENDPOINT = 'https://api.hetzner.cloud/v1';

/** Where the environment says that the API is. @param path for messages. @throws InputError */
export function hcloudAccess(path: string, environment: NodeJS.ProcessEnv): HcloudAccess {
  const token = environment[TOKEN_VARIABLE]?.trim() ?? '';
  // A token that no header can hold would be in fetch's own message.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(path, TOKEN_VARIABLE, {
      given: token === '' ? 'nothing' : 'a text (not shown)',
      expected: 'an API token of the Hetzner project with read and write permission',
      fix: 'export it in the environment of terraform: a token in the program or in the provider does not reach this client',
    });
  }
  const given = environment[ENDPOINT_VARIABLE];
  return { endpoint: endpointOf(path, given === undefined || given === '' ? DEFAULT_ENDPOINT : given), token };
}

function endpointOf(path: string, given: string): string {
  if (/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(given)) return given.replace(/\/+$/, '');
  throw new InputError(path, ENDPOINT_VARIABLE, {
    given: display(given),
    expected: 'the address of an API, such as https://api.hetzner.cloud/v1',
    fix: 'correct the variable, or unset it for the API of Hetzner',
  });
}
