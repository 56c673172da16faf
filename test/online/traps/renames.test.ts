import { expect, test } from 'vitest';
import { spring, type Trap } from './trap.ts';

const current = `
CREATE TABLE people (id integer PRIMARY KEY, name text DEFAULT 'nobody', code text UNIQUE);
CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := btrim(NEW.name); RETURN NEW; END';
CREATE TRIGGER trimmed BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION trimmed();
INSERT INTO people (id, name, code) SELECT n, 'p' || n, 'c' || n FROM generate_series(1, 20) n;
`;
const sql = 'ALTER TABLE people RENAME COLUMN name TO full_name';
const read = 'SELECT id, full_name AS v FROM people WHERE id >= 50 ORDER BY id';
const without = (name: string): string => `ALTER TABLE people DISABLE TRIGGER ${name}_people_full_name_both`;

const traps: readonly (readonly [string, Trap, unknown])[] = [
  [
    'an explicit NULL is told from a value left out, under both names',
    {
      current,
      sql,
      meanwhile:
        'INSERT INTO people (id, name) VALUES (50, NULL); INSERT INTO people (id, full_name) VALUES (51, NULL); INSERT INTO people (id) VALUES (52)',
      sabotage: 'ALTER TABLE people ALTER COLUMN full_name DROP DEFAULT',
      read,
    },
    [
      { id: 50, v: null },
      { id: 51, v: null },
      { id: 52, v: 'nobody' },
    ],
  ],
  [
    'a trigger of the table sees what came in under the new name',
    {
      current,
      sql,
      meanwhile: "INSERT INTO people (id, full_name) VALUES (50, ' new ')",
      sabotage: without('aa'),
      read,
    },
    [{ id: 50, v: 'new' }],
  ],
  [
    'replication writes under the new name',
    {
      current,
      sql,
      as: 'replica',
      meanwhile: "INSERT INTO people (id, full_name) VALUES (50, 'applied')",
      sabotage: 'ALTER TABLE people ENABLE TRIGGER aa_people_full_name_both',
      read,
    },
    [{ id: 50, v: 'applied' }],
  ],
  [
    'an UPDATE names both columns',
    {
      current,
      sql,
      meanwhile:
        "INSERT INTO people (id) VALUES (50); UPDATE people SET name = 'old', full_name = 'new' WHERE id = 50",
      sabotage: without('aa'),
      read,
    },
    [{ id: 50, v: 'new' }],
  ],
  [
    'ON CONFLICT asks for the new name',
    {
      current,
      sql: 'ALTER TABLE people RENAME COLUMN code TO tag',
      meanwhile: "INSERT INTO people (id, tag) VALUES (50, 'c3') ON CONFLICT (tag) DO UPDATE SET id = 53",
      sabotage: 'DROP INDEX people_code_key_tag',
      read: 'SELECT id, tag AS v FROM people WHERE id >= 50',
    },
    [{ id: 53, v: 'c3' }],
  ],
];

test.each(traps)(
  '%s: nothing is lost; without the guard it is',
  { timeout: 60_000 },
  async (_name, trap, found) => {
    const { sabotage: _sabotage, ...guarded } = trap;
    expect((await spring(guarded)).rows).toEqual(found);
    const bare = await spring(trap).then(
      ({ rows }) => rows,
      (error: Error) => error.message,
    );
    expect(bare).not.toEqual(found);
  },
);
