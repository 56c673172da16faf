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
