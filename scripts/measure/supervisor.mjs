import { readFileSync } from 'node:fs';
import path from 'node:path';
import { clientFolder } from './files.mjs';

/** A function whose body is a subshell keeps its variables for itself. */
const FUNCTION = /^(\w+)\(\) ([{(])/;
/** A command that gives a variable a value: at the beginning of a line, or behind another command. */
const ASSIGNMENT = /(?:^|[;&|({] *|\b(?:then|do|else|!) )([a-z_]\w*)=/g;
const LOOP = /\bfor ([a-z_]\w*) in\b/g;
const READ = /\bread (?:-r )?((?:[a-z_]\w* ?)+)/g;

/**
 * The host's script: its functions, and the variables that they share.
 *
 * @param {string} checkout
 */
export function measureSupervisor(checkout) {
  const text = readFileSync(path.join(clientFolder(checkout), 'supervisor.sh'), 'utf8');
  const functions = text.split('\n').filter((line) => FUNCTION.test(line));
  const writers = writersOfVariables(text);
  const shared = [...writers.values()].filter((functions) => functions.size > 1);
  return {
    'supervisor: functions': String(functions.length),
    'supervisor: global variables': String(writers.size),
    'supervisor: written by several': String(shared.length),
  };
}

/**
 * @param {string} text
 * @returns {Map<string, Set<string>>} the functions that write each variable; an empty name stands for the top level
 */
function writersOfVariables(text) {
  /** @type {Map<string, Set<string>>} */
  const writers = new Map();
  let [name, subshell] = ['', false];
  for (const line of text.split('\n')) {
    const head = FUNCTION.exec(line);
    if (head !== null) [name, subshell] = [head[1], head[2] === '('];
    for (const variable of subshell ? [] : variablesIn(line)) {
      writers.set(variable, (writers.get(variable) ?? new Set()).add(name));
    }
    if (/^[})]/.test(line)) [name, subshell] = ['', false];
  }
  return writers;
}

/** @param {string} line */
function variablesIn(line) {
  const command = line.replace(/^ +/, '').replace(/(^| )#.*/, '');
  const values = [ASSIGNMENT, LOOP, READ].flatMap((pattern) => [...command.matchAll(pattern)]);
  return values.flatMap(([, names]) => names.trim().split(/ +/)).filter((name) => name !== '_');
}
