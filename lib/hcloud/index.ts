export { HcloudProvider } from './bindings/provider';
export type { HcloudProviderConfig } from './bindings/provider';
