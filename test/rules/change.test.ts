import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FactsContext } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { changeRules } from '../../src/rules/change/all.ts';
import { lintUnit, nextMigration, type Found } from '../../src/rules/lint/lint.ts';
import { schemaRules } from '../../src/rules/schema/all.ts';

const folder = join(import.meta.dirname, 'change');

beforeAll(() => postgres.grammar.ready());

/** What a rule finds in a fixture: `-- current` is the structure before, `-- change` the migration. */
function found(rule: string, file: string): readonly Found[] {
  const text = readFileSync(join(folder, rule, file), 'utf8');
  const [, before = '', change = text] = /-- current\n([\s\S]*?)-- change\n([\s\S]*)/.exec(text) ?? [];
  const said = (name: string): number | undefined => {
    const value = new RegExp(`^-- ${name}: (\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const serverVersion = said('version') ?? (said('major') ?? 18) * 10_000;
  let context: FactsContext = { serverVersion };
  for (const statement of postgres.grammar.split(before)) context = postgres.facts.after(statement, context);
  context = nextMigration(context);
  const routine = /^-- routine: (.*)$/m.exec(text)?.[1];
  if (routine !== undefined && context.catalog)
    context = {
      ...context,
      catalog: {
        ...context.catalog,
        routines: [
          {
            schema: 'public',
            name: 'f',
            kind: 'function',
            arguments: '',
            definition: `CREATE FUNCTION f() AS $$ ${routine} $$`,
            owner: '',
            grants: [],
          },
        ],
      },
    };
  return lintUnit(
    { statements: postgres.grammar.split(change), transaction: /^-- transaction$/m.test(text) },
    context,
    { engine: postgres, serverVersion, smallRows: 10_000, severities: {}, only: [rule] },
  ).found;
}

test('the rules have their cases, and names of their own', () => {
  expect(readdirSync(folder).toSorted()).toEqual(changeRules.map(({ id }) => id).toSorted());
  const ids = [...changeRules, ...schemaRules].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(changeRules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds what is bad, and nothing in what is good', () => {
    const text = readFileSync(join(folder, id, 'bad.sql'), 'utf8');
    const wanted = Number(/^-- finds: (\d+)$/m.exec(text)?.[1]);
    expect(wanted).toBeGreaterThan(0);
    const bad = found(id, 'bad.sql');
    expect(bad.map(({ message }) => message)).toHaveLength(wanted);
    for (const { message } of bad) expect(message).toMatch(/[^.]\.$/);
    // A rewritten form is SQL that parses.
    for (const { fix } of bad) if (fix !== undefined) postgres.grammar.split(fix);
    expect(found(id, 'good.sql').map(({ message }) => message)).toEqual([]);
    expect(rule.instead).toMatch(/\.$/);
    expect(rule.because).not.toMatch(/\.$/);
  });
});
