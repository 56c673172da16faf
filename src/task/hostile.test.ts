import { expect, test } from 'vitest';
import { readTask } from './task.ts';

const blanks = ' '.repeat(500_000);
const chain = Array.from(
  { length: 1000 },
  (_, index) => `{ from: t${index}, to: t${index + 1}, required: true }`,
);
test.each([
  ['blanks in a rate', `dbd: 1\naccess: [{ sql: a, rate: "1${blanks}x" }]`, 'task.wrong-value'],
  [
    'blanks in a type',
    `dbd: 1\nentities: { E1 A: { fields: { a: "enum(a${blanks}()" } } }`,
    'task.wrong-value',
  ],
  ['blanks in a title', `# a${blanks}b`, undefined],
  ['a deep list in the front matter', `---\ntitle: ${'['.repeat(100_000)}\n---\n`, undefined],
  ['a deep block', `dbd: 1\nschema: ${'['.repeat(100_000)}`, 'task.yaml'],
  ['an alias bomb', `dbd: 1\nschema: &a [x]\nentities: [${'*a, '.repeat(50_000)}]`, 'task.yaml'],
  ['too many values', `dbd: 1\nextensions: [${'a, '.repeat(120_000)}]`, 'task.yaml'],
  ['too many relations', `dbd: 1\nrelations: [${'{ from: a, to: b }, '.repeat(2000)}]`, 'task.wrong-value'],
  ['a long chain of required relations', `dbd: 1\nrelations: [${chain.join(', ')}]`, undefined],
])('%s ends soon', (_, text, code) => {
  if (code === undefined) expect(readTask({ text }).hash).toMatch(/^[0-9a-f]{64}$/);
  else expect(() => readTask({ text })).toThrow(expect.objectContaining({ code }));
});
