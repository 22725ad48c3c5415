import { describe, expect, it } from 'vitest';
import { hcloudAccess } from '../../../lib/client/hcloud/access';

const access = (environment: { readonly [name: string]: string }) => hcloudAccess('stack/web', environment);

describe('the access to Hetzner', () => {
  it('the API is that of Hetzner unless the environment names another one', () => {
    expect(access({ HCLOUD_TOKEN: 'secret' })).toEqual({ endpoint: 'https://api.hetzner.cloud/v1', token: 'secret' });
    const HCLOUD_ENDPOINT = 'http://127.0.0.1:8080/v1/';
    expect(access({ HCLOUD_TOKEN: ' secret\n', HCLOUD_ENDPOINT })).toEqual({
      endpoint: 'http://127.0.0.1:8080/v1',
      token: 'secret',
    });
  });

  it.each([
    ['missing', {}, 'got nothing'],
    ['empty', { HCLOUD_TOKEN: ' ' }, 'got nothing'],
    ['no text for a header', { HCLOUD_TOKEN: 'sec\nret' }, 'got a text (not shown)'],
  ])('a token that is %s is refused without being shown', (_, environment, message) => {
    expect(() => access(environment)).toThrow(message);
    expect(() => access(environment)).not.toThrow('ret');
    expect(() => access(environment)).toThrow('export it in the environment of terraform');
  });

  it('an endpoint that is no address of an API is refused', () => {
    for (const HCLOUD_ENDPOINT of ['api.hetzner.cloud', 'https://user@host/v1', 'https://host/v1?x=1']) {
      expect(() => access({ HCLOUD_TOKEN: 'secret', HCLOUD_ENDPOINT })).toThrow('expected the address of an API');
    }
  });
});
