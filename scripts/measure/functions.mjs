import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { filesBelow } from './files.mjs';

/** How many of the longest are named. */
const SHOWN = 1;

/** @typedef {{ name: string, lines: number }} Measured */

/**
 * Lines of the named functions and of the files of lib/, without the documentation comments of functions.
 *
 * @param {string} checkout
 */
export function measureFunctions(checkout) {
  const lib = path.join(checkout, 'lib');
  const sources = filesBelow(lib, '.ts').map((file) => {
    const text = readFileSync(path.join(lib, file), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  });
  const functions = sources.flatMap(functionsOf);
  const files = sources.map((source) => ({
    name: path.basename(source.fileName),
    lines: source.text.trimEnd().split('\n').length,
  }));
  return {
    'functions: number, median, longest': summary(functions),
    'functions: longest': longest(functions),
    'files: number, median, longest': summary(files),
    'files: longest': longest(files),
  };
}

/**
 * @param {ts.SourceFile} source
 * @returns {Measured[]}
 */
function functionsOf(source) {
  /** @type {Measured[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = functionName(node);
    if (name !== undefined) found.push({ name, lines: lines(node, source) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @param {ts.Node} node */
function functionName(node) {
  if (ts.isConstructorDeclaration(node)) return node.body && `constructor of ${node.parent.name?.getText()}`;
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    return node.body && node.name?.getText();
  }
  if (!ts.isVariableDeclaration(node) && !ts.isPropertyDeclaration(node)) return undefined;
  const { initializer } = node;
  if (initializer === undefined) return undefined;
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? node.name.getText() : undefined;
}

/**
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 */
function lines(node, source) {
  const line = (/** @type {number} */ position) => source.getLineAndCharacterOfPosition(position).line;
  return line(node.getEnd()) - line(node.getStart(source)) + 1;
}

/** @param {Measured[]} measured */
function summary(measured) {
  const sorted = measured.map(({ lines }) => lines).sort((a, b) => a - b);
  return `${sorted.length}, ${sorted[Math.floor(sorted.length / 2)]}, ${sorted.at(-1)}`;
}

/** @param {Measured[]} measured */
function longest(measured) {
  const sorted = [...measured].sort((a, b) => b.lines - a.lines).slice(0, SHOWN);
  return sorted.map(({ name, lines }) => `${name} ${lines}`).join(', ');
}
