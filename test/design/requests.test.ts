/** What a task does to columns and tables that exist: planned in phases, run up, down and up again. */
import { expect, test } from 'vitest';
import { applyChange } from '../../src/apply/apply.ts';
import { planChange } from '../../src/change/plan.ts';
import { design } from '../../src/design/design.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readTask } from '../../src/task/task.ts';
import { testDatabase } from '../support/database.ts';

const current = `
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, first text NOT NULL, last text, country text, old_note text);
  CREATE TABLE leftovers (id int);
  INSERT INTO users (first, last) SELECT 'f' || n, 'l' || n FROM generate_series(1, 300) AS n`;
const block = `
change:
  kind: backfill
  backfill: { users.full_name: "concat_ws(' ', first, last)", users.country: "'NO'" }
  drop: [users.old_note, leftovers]
entities:
  E1 User: { table: users, fields: { full_name: { type: text, required: true } } }
privacy:
  P1: { of: E1.full_name, class: personal, mask: name }`;
const taskOf = (text: string) =>
  readTask({ text: `# T-1 A test\n\n\`\`\`yaml\ndbd: 1\n${text}\n\`\`\`\n`, name: 'T-1.md' });

test('values are filled in batches, a required column comes in three phases, and what goes goes last', async () => {
  await postgres.grammar.ready();
  const database = await testDatabase({ sql: current });
  const session = await postgres.connect(database.ownerUrl);
  try {
    const before = await postgres.inspect(session);
    const made = design({ task: taskOf(block), catalog: before, engine: postgres });
    const change = planChange({
      engine: postgres,
      before,
      wishes: made.wishes,
      id: 'T-1',
      title: 'A test',
      lockTimeoutMs: 1000,
      serverVersion: session.serverVersion,
    });
    const phaseOf = (part: string): string | undefined =>
      change.phases.find(({ steps }) => steps.some(({ sql }) => sql.includes(part)))?.name;
    expect(
      [
        'ADD COLUMN full_name',
        'CREATE TRIGGER',
        'SET full_name',
        'DROP TRIGGER',
        'DROP FUNCTION',
        'DROP COLUMN old_note',
        'DROP TABLE',
      ].map(phaseOf),
    ).toEqual(['expand', 'expand', 'backfill', 'contract', 'contract', 'contract', 'contract']);
    const signal = new AbortController().signal;
    const run = async (phases: typeof change.phases): Promise<void> =>
      void (await applyChange({
        engine: postgres,
        session,
        change: { ...change, phases },
        direction: 'up',
        emit: () => undefined,
        signal,
      }));
    await run(change.phases.filter(({ name }) => name === 'expand'));
    await session.query(`INSERT INTO users (first) VALUES ('beside')`);
    await run(change.phases.filter(({ name }) => name !== 'expand'));
    const { rows } = await session.query(
      `SELECT count(*)::int AS n, count(*) FILTER (WHERE full_name = concat_ws(' ', first, last))::int AS filled, count(*) FILTER (WHERE country = 'NO')::int AS land FROM users`,
    );
    expect(rows).toEqual([{ n: 301, filled: 301, land: 301 }]);
    const after = await postgres.inspect(session);
    const users = after.tables.find(({ name }) => name === 'users')!;
    expect(users.columns.map(({ name, notNull }) => `${name} ${notNull}`)).toEqual([
      'id true',
      'first true',
      'last false',
      'country false',
      'full_name true',
    ]);
    expect(users.triggers).toEqual([]);
    expect(after.routines).toEqual([]);
    expect(after.tables.map(({ name }) => name)).toEqual(['users']);
    expect(after.views.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
      ['users_masked', ['id', 'first', 'last', 'country', 'full_name']],
    ]);
  } finally {
    await session.close();
  }
});

test.each([
  ['backfill: { users.nothing: "1" }', /backfills users.nothing, which is no column/],
  ['drop: [nobody.name]', /nobody/],
  ['drop: [nothing]', /drops nothing/],
  ['kind: alter, split: { users.first: [a, b] }', /does not design a split/],
])('%s is refused', async (request, message) => {
  await postgres.grammar.ready();
  const database = await testDatabase({ sql: current });
  const session = await postgres.connect(database.ownerUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  expect(() => design({ task: taskOf(`change: { ${request} }`), catalog, engine: postgres })).toThrow(
    message,
  );
});
