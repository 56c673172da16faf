import { afterEach, expect, test } from 'vitest';
import { board, type Board } from './board.ts';

const users = `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
  INSERT INTO users (email) VALUES ('a'), ('b'), ('c');`;

let open: Board | undefined;
afterEach(() => open?.session.close());
const made = async (block: string, current = users): Promise<Board> => (open = await board(block, current));

test('every type of the vocabulary becomes a column that takes good values and rejects bad ones', async () => {
  const { attempt, design } = await made(`
entities:
  E1 Thing:
    fields:
      name: { type: text(3), required: true }
      mail: { type: email }
      link: { type: url }
      state: { type: "enum(open, closed)", required: true, default: open }
      price: { type: money }
      ratio: { type: "decimal(5,2)", check: ratio >= 0 }
      labels: { type: tags, required: true }
      born: { type: date, default: now }
      at: { type: time }
      long: { type: duration }
      ref: { type: uuid }
      doc: { type: json, default: { a: 1 } }
      raw: { type: bytes }
      yes: { type: bool, required: true, default: true }
      made: { type: instant, required: true, default: now }
      small: { type: int }
      big: { type: bigint, unique: true }
      ip: { type: \`inet\` }
      twice: { type: int, generated: small * 2 }`);
  expect(
    await attempt(
      `INSERT INTO things (name, mail, link, price_minor, price_currency, ratio, big, ip) VALUES ('abc', 'a@b.cd', 'https://x.y', 5, 'EUR', 1.25, 7, '::1')`,
    ),
  ).toBe('ok');
  expect(await attempt(`INSERT INTO things (name) VALUES ('abcd')`)).toBe('things_name_length');
  expect(await attempt(`INSERT INTO things (name, mail) VALUES ('a', 'nobody')`)).toBe('things_mail_check');
  expect(await attempt(`INSERT INTO things (name, link) VALUES ('a', 'ftp://x')`)).toBe('things_link_check');
  expect(await attempt(`INSERT INTO things (name, state) VALUES ('a', 'lost')`)).toBe('things_state_check');
  expect(await attempt(`INSERT INTO things (name, price_minor) VALUES ('a', 5)`)).toBe(
    'things_price_minor_currency',
  );
  expect(await attempt(`INSERT INTO things (name, ratio) VALUES ('a', -1)`)).toBe('things_ratio_check');
  expect(await attempt(`INSERT INTO things (name, big) VALUES ('a', 7)`)).toBe('things_big_key');
  expect(design.columns.get('E1')!.get('price')).toEqual(['price_minor', 'price_currency']);
});

test('foreign keys follow the type of the key, get the index they need, and none where a key leads', async () => {
  const { after, design, attempt } = await made(
    `
entities:
  E1 Note: { fields: { body: { type: text, required: true } } }
  E2 Day: { key: [user, day], fields: { day: { type: date } } }
relations:
  L1: { from: E1, to: users, name: author, required: true, on_delete: cascade }
  L2: { from: E2, to: users, name: user, required: true, on_delete: cascade }
  L3: { from: E1, to: E1, name: parent, on_delete: set null }
  L4: { from: E1, to: E2, name: summary }`,
    'CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid());',
  );
  const notes = after.tables.find(({ name }) => name === 'notes')!;
  expect(notes.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id bigint',
    'author_id uuid',
    'parent_id bigint',
    'summary_user_id uuid',
    'summary_day date',
    'body text',
  ]);
  expect(notes.indexes.map(({ name }) => name).toSorted()).toEqual([
    'notes_author_id_idx',
    'notes_parent_id_idx',
    'notes_pkey',
    'notes_summary_user_id_summary_day_idx',
  ]);
  expect(after.tables.find(({ name }) => name === 'days')!.indexes.map(({ name }) => name)).toEqual([
    'days_pkey',
  ]);
  expect(design.relations.map(({ constraint }) => constraint)).toEqual([
    'notes_author_id_fkey',
    'days_user_id_fkey',
    'notes_parent_id_fkey',
    'notes_summary_user_id_summary_day_fkey',
  ]);
  expect(await attempt(`INSERT INTO notes (author_id, body) VALUES (gen_random_uuid(), 'x')`)).toBe(
    'notes_author_id_fkey',
  );
});

test('one to one, many to many with the way back, and one of several targets', async () => {
  const { attempt, after, design } = await made(`
entities:
  E1 Profile: { fields: { bio: { type: text } } }
  E2 Team: { fields: { name: { type: text, required: true } } }
  E3 Comment: { fields: { body: { type: text, required: true } } }
relations:
  L1: { from: E1, to: users, name: user, required: true, one: true, on_delete: cascade }
  L2: { from: E2, to: users, name: members, via: team_members, on_delete: cascade }
  L3: { from: E3, to: [E1, E2], name: target, required: true, on_delete: cascade }`);
  expect(await attempt(`INSERT INTO profiles (user_id) VALUES (1)`)).toBe('ok');
  expect(await attempt(`INSERT INTO profiles (user_id) VALUES (1)`)).toBe('profiles_user_id_key');
  expect(await attempt(`INSERT INTO teams (name) VALUES ('t')`)).toBe('ok');
  expect(await attempt(`INSERT INTO team_members VALUES (1, 2)`)).toBe('ok');
  expect(await attempt(`INSERT INTO team_members VALUES (1, 2)`)).toBe('team_members_pkey');
  const junction = after.tables.find(({ name }) => name === 'team_members')!;
  expect(junction.indexes.map(({ keys }) => keys.join())).toEqual(
    expect.arrayContaining(['team_id,user_id', 'user_id,team_id']),
  );
  expect(await attempt(`INSERT INTO comments (body, target_profile_id) VALUES ('x', 1)`)).toBe('ok');
  expect(
    await attempt(`INSERT INTO comments (body, target_profile_id, target_team_id) VALUES ('x', 1, 1)`),
  ).toBe('comments_target_check');
  expect(await attempt(`INSERT INTO comments (body) VALUES ('x')`)).toBe('comments_target_check');
  expect(await attempt(`INSERT INTO comments (body, target_team_id) VALUES ('x', 9)`)).toBe(
    'comments_target_team_id_fkey',
  );
  expect(design.columns.get('E3')!.get('target')).toEqual(['target_profile_id', 'target_team_id']);
  expect(await attempt(`DELETE FROM users WHERE id IN (1, 2)`)).toBe('ok');
});

test('rules are constraints named after what they say; equal to the key they add no index', async () => {
  const { attempt, design, after } = await made(`
entities:
  E1 Slot: { key: [user, day], fields: { day: { type: date }, label: { type: text }, seat: { type: int } } }
relations:
  L1: { from: E1, to: users, name: user, required: true }
rules:
  R1: { says: A label is never blank, of: E1, check: btrim(label) <> '' }
  R2: { says: One slot per user and day, of: E1, unique: [day, user] }
  R3: { says: A seat is taken once a day, of: E1, unique: [day, seat] }
  R4: { says: ${'An e-mail address has a very long sentence that nobody would ever want to read in full'}, of: users, check: email <> '' }`);
  expect(design.constraints.get('R1')).toBe('slots_a_label_is_never_blank');
  expect(design.constraints.get('R2')).toBe('slots_pkey');
  expect(
    await attempt(`INSERT INTO slots (user_id, day, label, seat) VALUES (1, '2026-01-01', ' ', 1)`),
  ).toBe('slots_a_label_is_never_blank');
  expect(await attempt(`INSERT INTO slots (user_id, day, seat) VALUES (1, '2026-01-01', 1)`)).toBe('ok');
  expect(await attempt(`INSERT INTO slots (user_id, day, seat) VALUES (1, '2026-01-01', 2)`)).toBe(
    'slots_pkey',
  );
  expect(await attempt(`INSERT INTO slots (user_id, day, seat) VALUES (2, '2026-01-01', 1)`)).toBe(
    design.constraints.get('R3'),
  );
  expect(Buffer.byteLength(design.constraints.get('R4')!)).toBeLessThanOrEqual(63);
  expect(await attempt(`INSERT INTO users (email) VALUES ('')`)).toBe(design.constraints.get('R4'));
  expect(after.tables.find(({ name }) => name === 'slots')!.indexes).toHaveLength(2);
});

test('names that need quotes, everywhere', async () => {
  const long = 'Ünïcode_'.repeat(9);
  const { attempt, after, design } = await made(
    `
entities:
  E1 Order: { table: "order", history: audit, fields: { "group": { type: text(5), required: true, unique: true }, "Größe in cm": { type: int } } }
  E2 Item: { table: "Odd Table; DROP", key: uuid, fields: { "select": { type: "enum(a, b)" } } }
  E3 Long: { table: ${long}, history: soft-delete, fields: { value: { type: int, unique: true } } }
relations:
  L1: { from: E1, to: "user table", name: user, required: true }
  L2: { from: E2, to: E1, name: order, on_delete: cascade }
rules:
  R1: { says: "Größe ist positiv \\"immer\\"", of: E2, check: "\\"select\\" <> ''" }`,
    'CREATE TABLE "user table" ("the ID" integer PRIMARY KEY); INSERT INTO "user table" VALUES (1);',
  );
  expect(after.tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['order', 'Odd Table; DROP']));
  expect(Buffer.byteLength(design.tables.get('E3')!.name)).toBeLessThanOrEqual(63);
  const [column] = design.columns.get('E1')!.get('user')!;
  expect(await attempt(`INSERT INTO "order" ("${column}", "group") VALUES (1, 'x')`)).toBe('ok');
  expect(await attempt(`INSERT INTO "order" ("${column}", "group") VALUES (2, 'y')`)).toMatch(/fkey$/);
  expect(await attempt(`INSERT INTO "Odd Table; DROP" ("select") VALUES ('c')`)).toMatch(/check$/);
});

test('a key that names its table gives its name to the columns that refer to it', async () => {
  const { after } = await made(
    `
entities:
  E1 Review: { fields: { stars: { type: int } } }
  E2 Club: { fields: { name: text } }
relations:
  L1: { from: E1, to: customer, required: true, on_delete: cascade }
  L2: { from: E1, to: customer, name: editor, on_delete: set null }
  L3: { from: E2, to: customer, via: club_customer, on_delete: cascade }`,
    'CREATE TABLE customer (customer_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);',
  );
  const columns = (table: string): readonly string[] =>
    after.tables.find(({ name }) => name === table)!.columns.map(({ name }) => name);
  expect(columns('review')).toEqual(expect.arrayContaining(['customer_id', 'editor_customer_id']));
  expect(columns('club_customer')).toEqual(['club_id', 'customer_id']);
});
