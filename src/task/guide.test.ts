import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTask } from './task.ts';

const guide = readFileSync(new URL('../../docs/guide/task-file.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/^````md (level|error)=(\S+)\n([\s\S]*?)^````$/gm)].map(
  ([, outcome, value, text]) => ({
    outcome,
    value,
    text: text!,
    title: text!.split('\n', 1)[0]!,
  }),
);

test('every example of the guide says what comes of it', () => {
  expect(examples.length).toBe(guide.match(/^````md/gm)!.length);
  expect(examples.length).toBeGreaterThan(9);
});

test.each(examples)('$title gives $outcome $value', ({ outcome, value, text }) => {
  if (outcome === 'error') expect(() => readTask({ text })).toThrow(expect.objectContaining({ code: value }));
  else expect(readTask({ text }).level).toBe(Number(value));
});

test('the guide names every word of the block', () => {
  const words = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { readonly properties?: object };
    for (const word of Object.keys(properties ?? {})) words.add(word);
    for (const inner of Object.values(node)) collect(inner);
  };
  collect(JSON.parse(readFileSync(new URL('../../docs/schema/task.json', import.meta.url), 'utf8')));
  expect(words.size).toBeGreaterThan(80);
  const tables = guide.match(/^\|.*\|$/gm)!.join('\n');
  expect(
    [...words]
      .filter((word) => word !== 'dbd' && word !== 'assume')
      .filter((word) => !new RegExp(`\\b${word}\\b`).test(tables)),
  ).toEqual([]);
});
