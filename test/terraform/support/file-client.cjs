// A client with two kinds of job of the tests: one leaves a file behind, the other removes it.
const { existsSync, rmSync, writeFileSync } = require('node:fs');

const { kind, file, content, path } = JSON.parse(process.env.CDKTF_NIXOS_JOB ?? '');

switch (kind) {
  case 'test-upload':
    if (content === 'refused') throw new Error(`${path}: refused`);
    writeFileSync(file, content);
    break;
  case 'test-removal':
    if (!existsSync(file)) throw new Error(`${path}: ${file} is not there`);
    rmSync(file);
    break;
  default:
    throw new Error(`unknown kind ${kind}`);
}
