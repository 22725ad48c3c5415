import { describe, expect, it } from 'vitest';
import { asciiJson, parseTemplate, plainText, printExpression, printTemplate } from '../../lib/terraform/template';

describe('a template is cut into text and sequences', () => {
  it.each([
    ['', []],
    ['plain', [{ text: 'plain' }]],
    ['${a.b}', [{ sequence: '${a.b}' }]],
    ['x${a}y', [{ text: 'x' }, { sequence: '${a}' }, { text: 'y' }]],
    ['$${a}%%{b}', [{ text: '${a}%{b}' }]],
    ['${f({ a = "}" })}', [{ sequence: '${f({ a = "}" })}' }]],
    ['${"${"}"}"}', [{ sequence: '${"${"}"}"}' }]],
    ['${"\\"}"}x', [{ sequence: '${"\\"}"}' }, { text: 'x' }]],
    ['${"$${"}x', [{ sequence: '${"$${"}' }, { text: 'x' }]],
    ['%{ if a }x%{ endif }', [{ sequence: '%{ if a }' }, { text: 'x' }, { sequence: '%{ endif }' }]],
    ['$ % { } ${', [{ text: '$ % { } ${' }]],
    ['${"never closed}', [{ text: '${"never closed}' }]],
  ])('a template is cut into text and sequences: %s', (template, parts) => {
    expect(parseTemplate(template)).toEqual(parts);
  });
});

it('text without a sequence is data', () => {
  expect(plainText(parseTemplate('a$${b}'))).toBe('a${b}');
  expect(plainText(parseTemplate('a${b}'))).toBeUndefined();
});

it('a template that is printed again means the same', () => {
  for (const template of ['x${a}y', '$${a}', '%%{a}${b}', '${"$"}${b}', '%{ if a }x%{ endif }']) {
    expect(printTemplate(parseTemplate(template))).toBe(template);
  }
});

it('a sign before a sequence does not become the escape of it', () => {
  const parts = [{ text: 'costs $' }, { sequence: '${a}' }];
  expect(printTemplate(parts)).toBe('costs ${"$"}${a}');
  expect(printExpression(parts)).toBe('"costs ${"$"}${a}"');
});

it('an expression that stands alone keeps its type', () => {
  expect(printExpression(parseTemplate('${a.list}'))).toBe('a.list');
  expect(printExpression(parseTemplate('${a}${b}'))).toBe('"${a}${b}"');
  expect(printExpression(parseTemplate('"\b\f\n'))).toBe('"\\"\\u0008\\u000c\\n"');
});

it('JSON text is ASCII and holds nothing that Terraform or cdktf reads', () => {
  const text = '"\\\n\u2028😀é${x}%{x}#{TfToken[a]}&{TfToken[a]}\ud800';
  const json = asciiJson(text);
  expect(JSON.parse(json)).toBe(text);
  expect(json).toMatch(/^[\u0020-\u007e]*$/);
  expect(json).not.toMatch(/[$%#&]\{/);
});
