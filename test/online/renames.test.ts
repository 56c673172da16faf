import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { planned } from '../change/shop.ts';
import { proof, stepsOf } from './proof.ts';

const people = `
CREATE TABLE people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', code text UNIQUE, token uuid DEFAULT gen_random_uuid(), extra json, age integer);
CREATE INDEX people_name ON people (lower(name)); CREATE VIEW names AS SELECT id, name FROM people;
CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := btrim(NEW.name); RETURN NEW; END';
CREATE TRIGGER trimmed BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION trimmed();
GRANT SELECT (name), UPDATE (name) ON people TO PUBLIC; GRANT SELECT ON people TO PUBLIC;
COMMENT ON COLUMN people.name IS 'What they are called';
INSERT INTO people (name, code, extra, age) SELECT 'p' || n, 'c' || n, '{}', n FROM generate_series(1, 6000) n;
`;

test.each([
  'ALTER TABLE people RENAME COLUMN name TO full_name',
  'ALTER TABLE people RENAME COLUMN code TO "The code"',
  'ALTER TABLE people RENAME extra TO more',
  'ALTER TABLE people RENAME COLUMN id TO person',
  'ALTER TABLE people RENAME COLUMN age TO years; CREATE INDEX ON people (years); ALTER TABLE people ALTER years SET NOT NULL',
  'ALTER TABLE people RENAME TO persons',
])('%s: ends exactly as written, order of columns included', { timeout: 60_000 }, async (sql) => {
  const change = await proof(people, sql);
  expect(change.phases.length).toBeGreaterThan(1);
});

test('old and new application write under their own names, and each reads what the other wrote', async () => {
  const { session, up } = await planned('ALTER TABLE people RENAME COLUMN name TO full_name', {}, people);
  try {
    await up(async ({ name }, when) => {
      if (name !== 'contract' || when !== 'before') return;
      const one = async (sql: string): Promise<unknown> =>
        Object.values((await session.query(`${sql} RETURNING ARRAY[name, full_name]`)).rows[0]!)[0];
      expect(await one("INSERT INTO people (name) VALUES (' old ')")).toEqual(['old', 'old']);
      expect(await one("INSERT INTO people (full_name) VALUES (' new ')")).toEqual(['new', 'new']);
      expect(await one('INSERT INTO people (age) VALUES (1)')).toEqual(['nobody', 'nobody']);
      await expect(one('INSERT INTO people (name) VALUES (NULL)')).rejects.toMatchObject({
        fields: { sqlstate: '23502' },
      });
      await expect(one('INSERT INTO people (full_name) VALUES (NULL)')).rejects.toMatchObject({
        fields: { sqlstate: '23502' },
      });
      expect(await one("UPDATE people SET name = 'o2' WHERE id = 1")).toEqual(['o2', 'o2']);
      expect(await one("UPDATE people SET full_name = 'n2' WHERE id = 2")).toEqual(['n2', 'n2']);
      expect(await one("UPDATE people SET name = 'a', full_name = 'b' WHERE id = 3")).toEqual(['b', 'b']);
    });
    expect(
      (await session.query('SELECT full_name FROM people WHERE id IN (1, 2, 3, 4) ORDER BY id')).rows,
    ).toEqual([{ full_name: 'o2' }, { full_name: 'n2' }, { full_name: 'b' }, { full_name: 'p4' }]);
  } finally {
    await session.close();
  }
});

test('a renamed table answers to both names until the last phase, with the rights of those who ask', async () => {
  const { change, session, up } = await planned('ALTER TABLE people RENAME TO persons', {}, people);
  try {
    expect(stepsOf(change)).toEqual([expect.stringMatching(/^expand: GRANT/), 'contract: DROP VIEW people']);
    await up(async ({ name }, when) => {
      if (name !== 'contract' || when !== 'before') return;
      expect(
        (
          await session.query(
            "INSERT INTO people (name, code) VALUES ('x', 'c1') ON CONFLICT (code) DO UPDATE SET age = 77 RETURNING age, name",
          )
        ).rows,
      ).toEqual([{ age: 77, name: 'p1' }]);
      await session.query("UPDATE persons SET name = 'second' WHERE id = 2");
      expect((await session.query('SELECT name FROM people WHERE id = 2')).rows).toEqual([
        { name: 'second' },
      ]);
      const before = await postgres.inspect(session);
      expect(before.views.find((view) => view.name === 'people')?.options).toEqual(['security_invoker=true']);
    });
  } finally {
    await session.close();
  }
});
