import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataResource } from 'cdktf';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NULL_RESOURCE, TERRAFORM_DATA } from '../../lib/terraform/resource-type';
import { bundleJobKind } from '../../scripts/build/client.mjs';
import { Project } from '../support/project';
import { UploadedFile } from './support/uploaded-file';

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'third-construct-'));
  bundle = path.join(folder, 'uploaded-file.cjs');
  await bundleJobKind(path.join(__dirname, 'support', 'uploaded-file-kind.ts'), bundle);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What else is in the program. */
type Use = (upload: UploadedFile) => unknown;

describe.each([NULL_RESOURCE, TERRAFORM_DATA])('a third construct on the recipe, as $name', (type) => {
  let project: Project;
  let files: string;
  /** What the files were while something that reads one was made. */
  let log: string;

  beforeEach(() => {
    project = new Project();
    files = path.join(project.directory, 'files');
    log = path.join(project.directory, 'log');
    mkdirSync(files);
  });
  afterEach(() => project.remove());

  /** Synthesizes a program with one file and what uses it, and runs the real terraform in its stack. */
  function run(name: string, content: string, command: string[], use: Use = read) {
    project.newApp();
    const stack = project.stack();
    use(new UploadedFile(stack, 'upload', { type, file: path.join(files, name), content, bundle }));
    project.synth();
    expect(project.terraform(['init']).exitCode).toBe(0);
    return project.terraform(command);
  }

  /** Something that reads the file, and is replaced when it is another file. */
  const read = (upload: UploadedFile) =>
    new DataResource(project.app.node.findChild('stack'), 'reader', {
      triggersReplace: { file: upload.file },
      provisioners: [
        {
          type: 'local-exec',
          command: 'cat "$FILE" >>"$LOG" && ls "$FILES" >>"$LOG"',
          environment: { FILE: upload.file, FILES: files, LOG: log },
        },
      ],
    });
  /** Something that only waits for the file. */
  const wait: Use = (upload) =>
    new DataResource(project.app.node.findChild('stack'), 'waiter', { dependsOn: [upload] });
  const nobody: Use = () => undefined;
  const readNewFirst: Use = (upload) => (read(upload).lifecycle = { createBeforeDestroy: true });

  const apply = (name: string, content: string, use?: Use) => run(name, content, ['apply', '-auto-approve'], use);
  const left = () => readdirSync(files).sort();

  it('apply leaves something behind, destroy removes it, and a plan in between changes nothing', () => {
    expect(apply('one', '1').all).toContain('upload: upload: ');
    expect(left()).toEqual(['one']);
    expect(run('one', '1', ['plan', '-detailed-exitcode']).exitCode).toBe(0);
    expect(project.terraform(['destroy', '-auto-approve']).all).toContain('Destroy complete');
    expect(left()).toEqual([]);
  });

  it('a new thing is made, what uses it moves over, and then the old one is removed', () => {
    apply('one', 'first\n');
    expect(apply('two', 'second\n').exitCode).toBe(0);
    expect(readFileSync(log, 'utf8').split('\n')).toEqual(['first', 'one', 'second', 'one', 'two', '']);
    expect(left()).toEqual(['two']);
  });

  it('a new thing that cannot be made leaves the old one alone, and the next apply repairs it', () => {
    apply('one', '1');
    const { exitCode, all } = apply('two', 'refused');
    expect(exitCode).toBe(1);
    expect(all).toContain('failed: the upload was refused');
    expect(left()).toEqual(['one']);
    expect(apply('two', '2').exitCode).toBe(0);
    expect(left()).toEqual(['two']);
  });

  it.each([
    ['nobody refers to it', () => nobody],
    ['something only waits for it', () => wait],
    ['what refers to it is created before it is destroyed', () => readNewFirst],
  ])('the old thing stays until there is a new one when %s', (_, use) => {
    apply('one', '1', use());
    expect(apply('two', 'refused', use()).exitCode).toBe(1);
    expect(left()).toEqual(['one']);
    const { all } = apply('two', '2', use());
    expect(all.indexOf('remove: ')).toBeGreaterThan(all.indexOf('upload: upload: '));
    expect(left()).toEqual(['two']);
  });

  it('the old thing stays when only the address of the construct is applied, and a full apply removes it', () => {
    const target = `-target=${type.name}.upload`;
    apply('one', '1', nobody);
    expect(run('two', 'refused', ['apply', '-auto-approve', target], nobody).exitCode).toBe(1);
    expect(left()).toEqual(['one']);
    expect(run('two', '2', ['apply', '-auto-approve', target], nobody).exitCode).toBe(0);
    expect(left()).toEqual(['one', 'two']);
    expect(apply('two', '2', nobody).exitCode).toBe(0);
    expect(left()).toEqual(['two']);
  });

  it('a stack folder works as a module of another root, at apply and at destruction', () => {
    expect(run('one', '1', ['validate']).exitCode).toBe(0);
    const root = path.join(project.directory, 'root');
    mkdirSync(root);
    writeFileSync(
      path.join(root, 'main.tf.json'),
      JSON.stringify({ module: { web: { source: '../out/stacks/stack' } } }),
    );
    const terraform = (...args: string[]) => project.terraform([`-chdir=${root}`, ...args]);
    expect(terraform('init').exitCode).toBe(0);
    expect(terraform('apply', '-auto-approve').all).toContain('Apply complete');
    expect(left()).toEqual(['one']);
    expect(terraform('destroy', '-auto-approve').all).toContain('Destroy complete');
    expect(left()).toEqual([]);
  });

  it('a hostile name stays data in key, triggers and both jobs', () => {
    const name = 'it\'s "$(id)" ${x} %{y} ü \\';
    expect(apply(name, '1').exitCode).toBe(0);
    expect(left()).toEqual([name]);
    expect(apply('tame', '2').exitCode).toBe(0);
    expect(left()).toEqual(['tame']);
  });
});
