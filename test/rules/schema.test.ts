import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { habitsOf } from '../../src/catalog/naming.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { noMismatches, noStandards } from '../../src/rules/check.ts';
import type { DeclaredFacts, Offence, Rule, Standards, Subject } from '../../src/rules/model.ts';
import { schemaRules } from '../../src/rules/schema/all.ts';
import { testSandbox } from '../support/database.ts';

const folder = join(import.meta.dirname, 'schema');

/** What some rules need to be told. */
const told: Readonly<Record<string, Partial<Standards>>> = {
  abbreviation: { abbreviations: { qty: 'quantity', cust: 'customer' } },
  'forbidden-type': { forbiddenTypes: ['time with time zone', 'character varying'] },
  'missing-column': { requiredColumns: ['created_at', 'updated_at'] },
  'name-pattern': {
    names: { table: '^app_', column: '^[a-z_]+$', index: '^(ix|pk)_', constraint: '^pk_', routine: '^app_' },
  },
};
const orders = { schema: 'public', name: 'orders' };
const declared: readonly DeclaredFacts[] = [
  { table: orders, claim: 'E1', class: 'internal', owner: 'shop' },
  { table: orders, claim: 'C1', keepDays: 183 },
  { table: orders, column: 'email', claim: 'P1', class: 'personal', readers: ['app'] },
];

async function offences(rule: Rule, file: string): Promise<readonly Offence[]> {
  const sandbox = await testSandbox();
  const database = await sandbox.createDatabase();
  const session = await postgres.connect(database.ownerUrl);
  try {
    await postgres.grammar.ready();
    for (const { sql } of postgres.grammar.split(readFileSync(join(folder, rule.id, file), 'utf8')))
      await session.query(sql).catch((error: unknown) => {
        // An index that could not be built is what one of the rules looks for.
        if (!sql.includes('CONCURRENTLY')) throw error;
      });
    const catalog = await postgres.inspect(session);
    const subject: Subject = {
      catalog,
      tables: catalog.tables,
      views: catalog.views,
      routines: catalog.routines,
      quote: postgres.quote,
      types: postgres.types,
      habits: habitsOf(catalog),
      standards: { ...noStandards, ...told[rule.id] },
      mismatched:
        rule.id === 'name-pattern' && file === 'bad.sql'
          ? {
              table: new Set(['notes']),
              column: new Set(['text2']),
              index: new Set(['notes_idx']),
              constraint: new Set(['notes_pkey']),
              routine: new Set(['f']),
            }
          : noMismatches,
      declared: rule.id === 'contradicting-fact' ? declared : [],
    };
    const found = rule.find(subject);
    // A fix is SQL that this very structure takes.
    for (const { fix } of found) {
      if (fix === undefined) continue;
      const outside = postgres.grammar.outsideTransaction(postgres.grammar.split(fix)[0]!);
      if (outside) continue;
      await session.query('BEGIN');
      await session.query(fix);
      await session.query('ROLLBACK');
    }
    return found;
  } finally {
    await session.close();
    await sandbox.dropDatabase(database);
  }
}

describe('each rule', () => {
  test('has its cases', () => {
    expect(readdirSync(folder).toSorted()).toEqual(schemaRules.map(({ id }) => id).toSorted());
    expect(new Set(schemaRules.map(({ id }) => id)).size).toBe(schemaRules.length);
  });

  test.each(schemaRules.map((rule) => [rule.id, rule] as const))('%s', async (id, rule) => {
    const wanted = [...readFileSync(join(folder, id, 'bad.sql'), 'utf8').matchAll(/^-- finds: (.*)$/gm)].map(
      (found) => found[1]!,
    );
    expect(wanted.length).toBeGreaterThan(0);
    const bad = await offences(rule, 'bad.sql');
    expect(bad.map(({ object }) => object).toSorted()).toEqual(wanted.toSorted());
    for (const { message } of bad) expect(message).toMatch(/\.$/);
    expect(await offences(rule, 'good.sql')).toEqual([]);
  });
});
