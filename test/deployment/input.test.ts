import { DataResource, TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import type { NixosDeploymentProps } from '../../lib/nixos-deployment';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { jobIn } from '../support/job-text';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';
import { project, stack, useProject } from '../support/project';

const PATH = '[stack/web-system]';
const SECONDS = 'seconds: a whole number from 1 to 999999';
const NAME = 'a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot';
const RENAME = 'rename it here and in the NixOS configuration that reads it';
const RESERVED = 'a name that is not reserved (toplevel, machine, goal, values, secrets, __proto__)';
const JSON_OR_TOKENS = 'JSON or Terraform tokens';
const PLAIN =
  'got an object with a prototype of its own, expected a plain object; ' +
  'write a name like __proto__ as a computed key: ["__proto__"]';

useProject();

function deploy(props: Partial<NixosDeploymentProps>) {
  const hostKeys = HostKeys.pinned([ed25519()]);
  const machine = NixosMachine.fromHost(stack, 'web', { host: 'web.example', hostKeys });
  return new NixosDeployment(stack, 'web-system', { machine, configuration: configuration(), ...props });
}

const circle: { self?: unknown } = {};
circle.self = circle;

describe('a wrong input is refused at synth with path, field, value, expectation and fix', () => {
  const any = (value: unknown) => value as never;
  const refused: [string, Partial<NixosDeploymentProps>, string][] = [
    [
      'no time',
      { activationTimeoutSeconds: 0 },
      `activationTimeoutSeconds: got 0, expected ${SECONDS}; give the limit in seconds`,
    ],
    [
      'negative time',
      { confirmTimeoutSeconds: -1 },
      `confirmTimeoutSeconds: got -1, expected ${SECONDS}; give the limit in seconds`,
    ],
    [
      'endless time',
      { activationTimeoutSeconds: Infinity },
      `activationTimeoutSeconds: got Infinity, expected ${SECONDS}; give the limit in seconds`,
    ],
    [
      'time with a unit',
      { activationTimeoutSeconds: any('10s') },
      `activationTimeoutSeconds: got "10s", expected ${SECONDS}; give a number without a unit`,
    ],
    [
      'more time between two proofs than a host may be held',
      { settleSeconds: 601 },
      'settleSeconds: got 601, expected seconds: a whole number from 0 to 600; give the time in seconds, or 0 for one proof only',
    ],
    [
      'less time to confirm than to connect',
      { confirmTimeoutSeconds: 9 },
      'confirmTimeoutSeconds: got 9, expected at least the 10 seconds that one attempt to connect may take ' +
        '(ssh.connectTimeoutSeconds); raise it, or lower ssh.connectTimeoutSeconds of the machine',
    ],
    [
      'a goal as a word, as JSON has it',
      { goal: any('BOOT') },
      'goal: got "BOOT", expected a constant of the class DeploymentGoal; write DeploymentGoal.BOOT',
    ],
    [
      'a goal that does not exist',
      { goal: any({ name: 'reboot' }) },
      'goal: got an object with the name "reboot", expected a constant of the class DeploymentGoal; ' +
        'write DeploymentGoal.SWITCH or DeploymentGoal.BOOT',
    ],
    [
      'a unit in place of a list',
      { values: { x: { value: 1, restartUnits: any('a.service') } } },
      'values.x.restartUnits: got "a.service", expected a list; write it as an array',
    ],
    ['a trigger of ours', { triggers: { toplevel: 'x' } }, `triggers: got "toplevel", expected ${RESERVED}; rename it`],
    [
      'a trigger that will be ours',
      { triggers: { secrets: 'x' } },
      `triggers: got "secrets", expected ${RESERVED}; rename it`,
    ],
    [
      'a trigger that JavaScript loses',
      { triggers: { ['__proto__']: 'x' } },
      `triggers: got "__proto__", expected ${RESERVED}; rename it`,
    ],
    ['triggers that JavaScript has lost', { triggers: any({ __proto__: { a: 'x' } }) }, `triggers: ${PLAIN}`],
    [
      'a trigger with a template as name',
      { triggers: { '${x}': 'x' } },
      `triggers: got "\${x}", expected ${NAME}; rename it`,
    ],
    [
      'triggers as a list',
      { triggers: any(['a']) },
      'triggers: got a list of 1, expected a plain object; write { name: ... }',
    ],
    [
      'triggers that are null',
      { triggers: any(null) },
      'triggers: got null, expected a plain object; write { name: ... }',
    ],
    [
      'triggers of a class',
      { triggers: any(new Map()) },
      'triggers: got an instance of Map, expected a plain object; copy its fields: { ...it }',
    ],
    ['values that are null', { values: any(null) }, 'values: got null, expected a plain object; write { name: ... }'],
    [
      'a value without its object',
      { values: { x: any(null) } },
      'values.x: got null, expected an object with the value; write { value: ... }',
    ],
    [
      'a trigger that is no text',
      { triggers: { mine: any(1) } },
      'triggers.mine: got 1, expected a string; write it as text, for example with String()',
    ],
    [
      'a value in a parent directory',
      { values: { '../x': { value: 1 } } },
      `values: got "../x", expected ${NAME}; ${RENAME}`,
    ],
    ['a hidden value', { values: { '.x': { value: 1 } } }, `values: got ".x", expected ${NAME}; ${RENAME}`],
    ['values that JavaScript has lost', { values: any({ __proto__: { value: 1 } }) }, `values: ${PLAIN}`],
    [
      'two names but for case',
      { values: { dbHost: { value: 1 }, DbHost: { value: 2 } } },
      'values: got "dbHost" and "DbHost", expected names that differ by more than upper and lower case; rename one of them',
    ],
    [
      'a value that is missing',
      { values: { x: { value: undefined } } },
      `values.x.value: got nothing, expected ${JSON_OR_TOKENS}; give data, or null`,
    ],
    [
      'a function',
      { values: { x: { value: { f: () => 1 } } } },
      `values.x.value.f: got a function, expected ${JSON_OR_TOKENS}; give data, or null`,
    ],
    [
      'a hole in a list',
      { values: { x: { value: Object.assign(new Array(2), { 0: 1 }) } } },
      `values.x.value[1]: got nothing, expected ${JSON_OR_TOKENS}; give data, or null`,
    ],
    [
      'a number that JSON has not',
      { values: { x: { value: [NaN] } } },
      `values.x.value[0]: got NaN, expected ${JSON_OR_TOKENS}; give a finite number, or null`,
    ],
    [
      'a bigint',
      { values: { x: { value: 5n } } },
      `values.x.value: got 5n, expected ${JSON_OR_TOKENS}; give data, or null`,
    ],
    [
      'a date',
      { values: { x: { value: new Date(0) } } },
      `values.x.value: got an instance of Date, expected ${JSON_OR_TOKENS}; give its fields as a plain object`,
    ],
    [
      'a circle',
      { values: { x: { value: circle } } },
      `values.x.value.self: got an object that contains itself, expected ${JSON_OR_TOKENS}; break the circle`,
    ],
    [
      'half a character',
      { values: { x: { value: { a: '\ud800' } } } },
      `values.x.value.a: got "\\ud800", expected ${JSON_OR_TOKENS}; give well-formed Unicode`,
    ],
    [
      'a name that is half a character',
      { values: { x: { value: { '\ud800': 1 } } } },
      'values.x.value: got "\\ud800", expected names in Unicode; give well-formed Unicode',
    ],
    [
      'a unit without its type',
      { values: { x: { value: 1, restartUnits: ['nginx'] } } },
      'values.x.restartUnits[0]: got "nginx", expected the full name of a systemd unit, for example "nginx.service"; write "nginx.service"',
    ],
    [
      'an option of systemctl as unit',
      { values: { x: { value: 1, restartUnits: ['a.service', '--all.service'] } } },
      'values.x.restartUnits[1]: got "--all.service", expected the full name of a systemd unit, for example ' +
        '"nginx.service"; give one name, with its type at the end',
    ],
  ];

  it.each(refused)('NixosDeployment refuses %s', (_, props, message) => {
    expect(refusal(() => deploy(props))).toBe(`${PATH} ${message}`);
  });

  it('NixosDeployment refuses a construct as value', () => {
    const value = new DataResource(stack, 'server', {});
    expect(refusal(() => deploy({ values: { x: { value } } }))).toBe(
      `${PATH} values.x.value: got an instance of DataResource, expected ${JSON_OR_TOKENS}; ` +
        'give its fields as a plain object',
    );
  });

  it('NixosDeployment refuses a limit and a unit that are known only at apply', () => {
    const number = new TerraformVariable(stack, 'number', { type: 'number' });
    const literal =
      'got a Terraform token, expected a literal; give the value itself: it is needed at synth, and a token has its ' +
      'value only at apply';
    expect(refusal(() => deploy({ activationTimeoutSeconds: number.numberValue }))).toBe(
      `${PATH} activationTimeoutSeconds: ${literal}`,
    );
    stack.node.tryRemoveChild('web-system');
    stack.node.tryRemoveChild('web');
    const restartUnits = [new TerraformVariable(stack, 'unit', { type: 'string' }).stringValue];
    expect(refusal(() => deploy({ values: { x: { value: 1, restartUnits } } }))).toBe(
      `${PATH} values.x.restartUnits[0]: ${literal}`,
    );
  });

  it('NixosDeployment refuses a wrong host of a machine of the user, by the path of the machine', () => {
    const machine = NixosMachine.fromHost(stack, 'mine', { host: 'mine', hostKeys: HostKeys.pinned([ed25519()]) });
    Object.defineProperty(machine, 'host', { value: 'a b' });
    expect(refusal(() => deploy({ machine }))).toContain('[stack/mine] host: got "a b", expected');
  });
});

it('names that mean something to JavaScript are only names of values', () => {
  deploy({ values: { ['__proto__']: { value: 1 }, constructor: { value: 2 }, toString: { value: 3 } } });
  const { values } = jobIn(project.synth().resource.null_resource['web-system']);
  expect(Object.entries(values).map(([name, { value }]: [string, any]) => [name, value])).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
    ['toString', 3],
  ]);
});

it('objects without a prototype, tokens and shared objects are data', () => {
  const shared = Object.assign(Object.create(null), { a: 1 });
  const token = new TerraformVariable(stack, 'v', { type: 'any' }).value;
  expect(refusal(() => deploy({ values: { x: { value: [shared, shared, { token }] } } }))).toBe('nothing was refused');
});
