/** Negative controls: whatever is broken in a finished design must turn the claim that speaks of it red. */
import { beforeAll, expect, test } from 'vitest';
import type { Claim } from '../../src/report/model.ts';
import { claimsOf } from './board.ts';

const block = `
entities:
  E1 Event:
    table: events
    fields:
      kind: { type: enum(view, click, form), required: true }
      code: { type: text(8), required: true, unique: true }
      size: { type: int, default: 7 }
      place: { type: url }
      label: { type: "\`varchar(9)\`" }
      price: { type: "decimal(8,2)" }
      created_at: { type: instant, required: true, default: now }
  E2 DaySummary:
    table: day_summary
    key: [user, day]
    fields: { day: { type: date, required: true }, total: { type: int, required: true } }
    derived: { from: E1, by: { day: "(created_at AT TIME ZONE 'UTC')::date", user: user }, set: { total: count }, keep: on-write, on_source_delete: subtract }
relations:
  L1: { from: E1, to: users, name: user, required: true, on_delete: cascade }
  L2: { from: E2, to: users, name: user, required: true, on_delete: cascade }
  L3: { from: E1, to: shops, name: shop, required: false, on_delete: set null }
rules:
  R1: { says: A size is positive, of: E1, check: size > 0, accept: [{ size: 3 }], reject: [{ size: 0 }, { size: -4 }] }
  R2: { says: One event of a size per shop, of: E1, unique: [size, shop] }
lifecycle:
  C1: { of: E1, keep: 300 days, then: delete }
privacy:
  P1: { of: E1.code, class: personal }
`;
const current = `
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
  CREATE TABLE shops (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
  INSERT INTO users (email) SELECT 'u' || n FROM generate_series(1, 6) AS n;
  INSERT INTO shops (name) SELECT 's' || n FROM generate_series(1, 3) AS n;`;
const rows = `
  INSERT INTO events (user_id, shop_id, kind, code, size, place, created_at)
  SELECT 1 + n % 6, 1 + n % 3, (ARRAY['view', 'click', 'form'])[1 + n % 3], 'c' || n, n, 'https://a.b/' || n, now() - n * interval '36 hours'
  FROM generate_series(1, 220) AS n`;

const spoilt = (spoil: string, text = block): Promise<ReadonlyMap<string, Claim>> =>
  claimsOf({ block: text, current, rows, spoil });
const one = async (id: string, spoil: string, text = block): Promise<Claim | undefined> =>
  (await claimsOf({ block: text, current, rows, spoil, only: id })).get(id);
const all = (claims: ReadonlyMap<string, Claim>): Record<string, string> =>
  Object.fromEntries([...claims].map(([id, { verdict }]) => [id, verdict]));

let whole: ReadonlyMap<string, Claim>;
beforeAll(async () => {
  whole = await spoilt('');
});

test('an unspoilt design proves every claim, so that each control below shows its own fault', () => {
  expect(
    all(whole),
    JSON.stringify([...whole.values()].filter(({ verdict }) => verdict !== 'proven')),
  ).toEqual({
    E1: 'proven',
    E2: 'proven',
    L1: 'proven',
    L2: 'proven',
    L3: 'proven',
    R1: 'proven',
    R2: 'proven',
    C1: 'proven',
    P1: 'proven',
  });
  expect(
    whole
      .get('E2')!
      .evidence.map(({ text }) => text)
      .join('\n'),
  ).toMatch(/6 sessions at once: \d+ inserts, \d+ updates, \d+ deletes.* 0 differ/);
});

const drop = (table: string, like: string): string => `
  DO $do$ DECLARE one name; BEGIN
    FOR one IN SELECT conname FROM pg_constraint WHERE conrelid = '${table}'::regclass AND pg_get_constraintdef(oid) LIKE '${like}'
    LOOP EXECUTE format('ALTER TABLE ${table} DROP CONSTRAINT %I', one); END LOOP; END $do$`;
const keeper = `SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'events'::regclass AND tgname LIKE '%\\_keep\\_`;
const dropTrigger = (event: string): string => `
  DO $do$ DECLARE one name; BEGIN FOR one IN ${keeper}${event}' LOOP EXECUTE format('DROP TRIGGER %I ON events', one); END LOOP; END $do$`;

test.each<readonly [string, string, string, string]>([
  ['a column is missing', 'E1', 'price', 'ALTER TABLE events DROP COLUMN price'],
  ['a column has another type', 'E1', 'size is bigint', 'ALTER TABLE events ALTER COLUMN size TYPE bigint'],
  [
    'a type in SQL is another',
    'E1',
    'label is character varying(8)',
    'ALTER TABLE events ALTER COLUMN label TYPE varchar(8)',
  ],
  [
    'a number is less precise',
    'E1',
    'price is numeric(8,1)',
    'ALTER TABLE events ALTER COLUMN price TYPE numeric(8,1)',
  ],
  [
    'a required column accepts null',
    'E1',
    'code is required',
    'ALTER TABLE events ALTER COLUMN code DROP NOT NULL',
  ],
  ['a default is wrong', 'E1', 'size defaults to 8', 'ALTER TABLE events ALTER COLUMN size SET DEFAULT 8'],
  [
    'a default is missing',
    'E1',
    'created_at has no default',
    'ALTER TABLE events ALTER COLUMN created_at DROP DEFAULT',
  ],
  [
    'a time default stands still',
    'E1',
    'created_at defaults to',
    `ALTER TABLE events ALTER COLUMN created_at SET DEFAULT '2020-01-01'`,
  ],
  [
    'a length is not checked',
    'E1',
    'a text of 9 characters is accepted',
    drop('events', '%char_length(code)%'),
  ],
  ['an enum takes any value', 'E1', 'a value that is not listed is accepted', drop('events', '%view%click%')],
  ['an address is not checked', 'E1', 'no address is accepted', drop('events', '%https?://%')],
  [
    'a unique field takes the same twice',
    'E1',
    'a second row with the same code is accepted',
    drop('events', 'UNIQUE (code)'),
  ],
  [
    'a key has other columns',
    'E2',
    'the key is day',
    'ALTER TABLE day_summary DROP CONSTRAINT day_summary_pkey, ADD COLUMN more bigserial, ADD PRIMARY KEY (day, more)',
  ],
  ['a foreign key is missing', 'L1', 'finds no foreign key', drop('events', 'FOREIGN KEY (user_id)%')],
  [
    'a foreign key has another delete rule',
    'L3',
    'ON DELETE cascade',
    `${drop('events', 'FOREIGN KEY (shop_id)%')}; ALTER TABLE events ADD CONSTRAINT events_shop_id_fkey FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE`,
  ],
  ['a check is missing', 'R1', 'accepted', drop('events', '%size > 0%')],
  [
    'a check is weaker than the rule',
    'R1',
    'was accepted',
    `${drop('events', '%size > 0%')}; ALTER TABLE events ADD CONSTRAINT events_a_size_is_positive CHECK (size >= 0)`,
  ],
  [
    'another constraint answers for the rule',
    'R1',
    'not by',
    `${drop('events', '%size > 0%')}; ALTER TABLE events ADD CONSTRAINT somebody_else CHECK (size > 0)`,
  ],
  [
    'a trigger answers for the rule',
    'R1',
    'not by',
    `${drop('events', '%size > 0%')}; CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.size <= 0 THEN RAISE EXCEPTION $$no$$; END IF; RETURN NEW; END'; CREATE TRIGGER no BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no()`,
  ],
  [
    'a trigger swallows what the rule accepts',
    'R1',
    'left out without an error',
    `CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER gone BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION gone()`,
  ],
  ['a unique rule takes the same twice', 'R2', 'accepted', `${drop('events', 'UNIQUE (size%')}`],
  ['a summary misses changed rows', 'E2', 'differ from a count from scratch', dropTrigger('update')],
  ['a summary misses new rows', 'E2', 'differ from a count from scratch', dropTrigger('insert')],
  ['a summary misses deleted rows', 'E2', 'differ from a count from scratch', dropTrigger('delete')],
  [
    'a purge is stopped by a reference',
    'C1',
    'The purge failed',
    'CREATE TABLE notes (event_id bigint NOT NULL REFERENCES events (id)); INSERT INTO notes SELECT id FROM events',
  ],
  ['everybody may read', 'P1', 'Every role can read it', 'GRANT SELECT ON events TO PUBLIC'],
  [
    'everybody may read the column',
    'P1',
    'Every role can read it',
    'GRANT SELECT (code) ON events TO PUBLIC',
  ],
  [
    'a view shows the column',
    'P1',
    'through codes',
    'CREATE VIEW codes AS SELECT code FROM events; GRANT SELECT ON codes TO PUBLIC',
  ],
])('%s', async (_fault, id, because, spoil) => {
  const claim = await one(id, spoil);
  expect(claim).toMatchObject({ verdict: 'missed', because: expect.stringContaining(because) as string });
});

test('a summary that counts twice under concurrent writers is found by its storm', async () => {
  const claim = await one(
    'E2',
    `${dropTrigger('insert')}; ${dropTrigger('update')}; ${dropTrigger('delete')};
    CREATE FUNCTION naive() RETURNS trigger LANGUAGE plpgsql AS $f$
    DECLARE kept integer;
    BEGIN
      IF TG_OP <> 'INSERT' THEN UPDATE day_summary SET total = total - 1 WHERE user_id = OLD.user_id AND day = (OLD.created_at AT TIME ZONE 'UTC')::date; END IF;
      IF TG_OP <> 'DELETE' THEN
        SELECT total INTO kept FROM day_summary WHERE user_id = NEW.user_id AND day = (NEW.created_at AT TIME ZONE 'UTC')::date;
        PERFORM pg_sleep(0.002);
        INSERT INTO day_summary VALUES (NEW.user_id, (NEW.created_at AT TIME ZONE 'UTC')::date, 1)
        ON CONFLICT (user_id, day) DO UPDATE SET total = coalesce(kept, 0) + 1;
      END IF;
      IF TG_OP <> 'INSERT' THEN DELETE FROM day_summary WHERE total = 0; END IF;
      RETURN NULL;
    END $f$;
    CREATE TRIGGER naive AFTER INSERT OR UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION naive()`,
    block.replace(', unique: true', '').replace(/ {2}R2:.*\n/, ''),
  );
  expect(claim).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining('differ from a count from scratch') as string,
  });
});

test('what could not be tried is not proven, and says so', async () => {
  const none = await claimsOf({ block, current });
  expect(all(none)).toMatchObject({
    E1: 'not-proven',
    E2: 'not-proven',
    L1: 'not-proven',
    R1: 'not-proven',
    R2: 'not-proven',
  });
  const rules = block.replace(
    /rules:[^]*lifecycle:/,
    `rules:
  R1: { says: A size is positive, of: E1, check: size > 0, accept: [{ size: 3 }] }
lifecycle:`,
  );
  expect(await one('R1', '', rules)).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('no row that must be rejected') as string,
  });
});

test('a reject row that only a type refuses does not prove the rule', async () => {
  const rules = block.replace('reject: [{ size: 0 }, { size: -4 }]', 'reject: [{ size: 99999999999999 }]');
  expect((await one('R1', '', rules))?.verdict).toBe('missed');
});

test('a rule that null slips through is missed when null must be rejected', async () => {
  const rules = block.replace('reject: [{ size: 0 }, { size: -4 }]', 'reject: [{ size: 0 }, { size: null }]');
  expect(await one('R1', '', rules)).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining('null') as string,
  });
});

const kept = `
entities:
  E1 Note: { table: notes, fields: { body: { type: text, required: true } }, history: audit }
  E2 Photo: { table: photos, fields: { title: { type: text, required: true } }, history: soft-delete }`;
const written = `INSERT INTO notes (body) SELECT 'n' || n FROM generate_series(1, 5) AS n; INSERT INTO photos (title) SELECT 'p' || n FROM generate_series(1, 5) AS n`;

test.each([
  ['is whole', '', 'proven', 'proven'],
  [
    'misses updates',
    `DO $do$ DECLARE one name; BEGIN FOR one IN SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'notes'::regclass LOOP EXECUTE format('ALTER TABLE notes DISABLE TRIGGER %I', one); END LOOP; END $do$`,
    'missed',
    'proven',
  ],
  [
    'shows what was deleted',
    'CREATE OR REPLACE VIEW live_photos AS SELECT * FROM photos WHERE deleted_at IS NULL OR true',
    'proven',
    'missed',
  ],
])('a history that %s', async (_what, spoil, audit, soft) => {
  const claims = await claimsOf({ block: kept, current, rows: written, spoil });
  expect([claims.get('E1')!, claims.get('E2')!].map(({ verdict, because }) => [verdict, because])).toEqual([
    [audit, expect.any(String)],
    [soft, expect.any(String)],
  ]);
});
