import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { taskSchema } from './schema.ts';
import { draftBlock, readTask, writeBlock } from './task.ts';

const root = new URL('../../', import.meta.url);
const published = new URL('docs/schema/task.json', root);
const accepts = (value: unknown): boolean =>
  z.fromJSONSchema(taskSchema() as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success;

test('the published schema is the one that the parser reads with (update it with `npm run schema`)', async () => {
  await expect(`${JSON.stringify(taskSchema(), null, 2)}\n`).toMatchFileSnapshot(published.pathname);
});

test('the schema accepts what the parser accepts', () => {
  const text = readFileSync(new URL('examples/dashboard-analytics/KAN-29.md', root), 'utf8');
  const block = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;
  expect(accepts(parse(block))).toBe(true);
  expect(accepts(parse(writeBlock(readTask({ text }))))).toBe(true);
  expect(
    accepts(
      parse(draftBlock({ title: 'Orders', prose: 'We want to store orders with a price and a note.' })),
    ),
  ).toBe(true);
});

test.each([
  ['an unknown key', { dbd: 1, entitys: {} }],
  ['another version', { dbd: 2 }],
  ['a wrong word', { dbd: 1, entities: { E1: { history: 'audits' } } }],
  ['a missing key', { dbd: 1, relations: { L1: { from: 'E1' } } }],
  ['a type that does not exist', { dbd: 1, entities: { E1: { fields: { a: { type: 'texte' } } } } }],
])('the schema refuses %s', (_, value) => {
  expect(accepts(value)).toBe(false);
  expect(() => readTask({ text: JSON.stringify(value) })).toThrow();
});
