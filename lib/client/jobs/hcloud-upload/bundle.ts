export { hcloudUpload as jobKind } from './hcloud-upload';
