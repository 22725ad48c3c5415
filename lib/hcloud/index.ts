export { HcloudProvider } from './bindings/provider';
export type { HcloudProviderConfig } from './bindings/provider';
export { HcloudImage } from './hcloud-image';
export type { HcloudImageProps } from './hcloud-image';
export type { IHcloudImage } from './hcloud-image-reference';
export type { HcloudImageLookup } from './image/imported-image';
