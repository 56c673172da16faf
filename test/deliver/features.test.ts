/** What patterns promise beyond columns is tried, and a pattern that lost a piece is missed. */
import { expect, test } from 'vitest';
import { claimsOf } from './board.ts';

const block = `
entities:
  E1 Order:
    fields: { state: { type: enum(open, paid, sent, cancelled) }, note: { type: text } }
    states: { field: state, start: open, moves: { open: [paid, cancelled], paid: [sent] } }
  E2 Account: { optimistic: true, fields: { balance: { type: int, required: true } } }
  E3 Ticket: { outbox: true, fields: { title: { type: text, required: true } } }
  E4 Product: { fields: { name: { type: text, required: true } } }
  E5 Price: { key: [product], history: temporal, fields: { amount: { type: int, required: true } } }
  E6 Category: { fields: { name: { type: text, required: true } } }
  E7 Folder: { fields: { name: { type: text, required: true } } }
  E8 Visit: { fields: { tags: { type: tags, required: true, values: [red, blue] }, data: { type: json, required: true, shape: { page: text!, ms: int } } } }
relations:
  L1: { from: E5, to: E4, name: product, required: true, on_delete: cascade }
  L2: { from: E6, to: E6, name: parent, on_delete: set null, tree: closure }
  L3: { from: E7, to: E7, name: parent, tree: adjacency }`;
const rows = `
  INSERT INTO orders (note) SELECT 'n' || n FROM generate_series(1, 20) AS n;
  UPDATE orders SET state = 'paid' WHERE id % 3 = 0;
  INSERT INTO accounts (balance) SELECT n FROM generate_series(1, 9) AS n;
  INSERT INTO tickets (title) SELECT 't' || n FROM generate_series(1, 9) AS n;
  INSERT INTO products (name) SELECT 'p' || n FROM generate_series(1, 9) AS n;
  INSERT INTO prices (product_id, amount, valid) SELECT n, n, tstzrange(now() - interval '90 days', NULL) FROM generate_series(1, 9) AS n;
  INSERT INTO categories (name, parent_id) SELECT 'c' || n, nullif(n / 3, 0) FROM generate_series(1, 40) AS n;
  INSERT INTO folders (name, parent_id) SELECT 'f' || n, nullif(n / 3, 0) FROM generate_series(1, 40) AS n;
  INSERT INTO visits (tags, data) SELECT '{red}', '{"page": "/", "ms": 3}' FROM generate_series(1, 5)`;
const drop = (table: string, trigger: string): string => `DROP TRIGGER ${trigger} ON ${table}`;

test('whole patterns are proven, and say what was tried', async () => {
  const claims = await claimsOf({ block, current: '', rows });
  const said = [...claims.values()].map(({ id, verdict, because }) => `${id} ${verdict} ${because}`);
  expect(said.filter((text) => !text.includes(' proven '))).toEqual([]);
  const evidence = (id: string): string =>
    claims
      .get(id)!
      .evidence.map(({ text }) => text)
      .join('\n');
  expect(evidence('E1')).toMatch(
    /moves tried: 3 accepted, 9 rejected by orders_state_moves; 3 other beginnings rejected/,
  );
  expect(evidence('E1')).toMatch(/of two moves at once \(paid and cancelled\) the second is rejected/);
  expect(evidence('E2')).toMatch(/two savers that read the same version the second changes no row/);
  expect(evidence('E3')).toMatch(/two consumers at once took 100 messages, each once/);
  expect(evidence('E5')).toMatch(
    /4 sessions that changed one thing 5 times each left 21 versions without gap or overlap/,
  );
  expect(evidence('E6')).toMatch(/4 sessions at once: \d+ moves, \d+ inserts.*no row hangs in a circle/);
  expect(evidence('E6')).toMatch(/paths of category_paths compared with paths from scratch, 0 differ/);
  expect(evidence('E7')).toMatch(/a row below itself is rejected by folders_parent_circle/);
  expect(evidence('E8')).toMatch(/the same tag twice is rejected/);
});

test.each<readonly [string, string, string, string]>([
  ['a machine lets every move through', 'E1', 'is accepted', drop('orders', 'orders_state_moves')],
  ['a row may begin anywhere', 'E1', 'a row may begin as paid', drop('orders', 'orders_state_start')],
  ['a version stays as it was', 'E2', 'one update is lost', drop('accounts', 'accounts_version')],
  ['changes leave no message', 'E3', 'no message is written', drop('tickets', 'tickets_outbox')],
  [
    'periods may overlap',
    'E5',
    'at the same time',
    'ALTER TABLE prices DROP CONSTRAINT prices_pkey, ADD PRIMARY KEY (product_id, valid)',
  ],
  [
    'the view of now shows everything',
    'E5',
    'of them not true now',
    'CREATE OR REPLACE VIEW current_prices AS SELECT * FROM prices WHERE valid @> now() OR true; UPDATE prices SET valid = tstzrange(lower(valid), now()) WHERE product_id = 1',
  ],
  [
    'the view of now has no condition, while all rows are true now',
    'E5',
    'of them not true now',
    'CREATE OR REPLACE VIEW current_prices AS SELECT * FROM prices',
  ],
  ['moves leave old paths', 'E6', 'below itself', drop('categories', 'category_paths_move')],
  ['inserts leave no paths', 'E6', 'paths from scratch', drop('categories', 'category_paths_insert')],
  [
    'circles are let in',
    'E7',
    'below itself',
    `${drop('folders', 'folders_parent_circle')}; ${drop('folders', 'folders_parent_circle_move')}`,
  ],
  [
    'any tag is taken',
    'E8',
    'a tag that is not listed is accepted',
    'ALTER TABLE visits DROP CONSTRAINT visits_tags_check',
  ],
  [
    'any document is taken',
    'E8',
    'a document without page is accepted',
    'ALTER TABLE visits DROP CONSTRAINT visits_data_shape',
  ],
])('%s', async (_fault, id, because, spoil) => {
  const claim = (await claimsOf({ block, current: '', rows, spoil, only: id })).get(id);
  expect(claim).toMatchObject({ verdict: 'missed', because: expect.stringContaining(because) as string });
});

test('consumers that do not lock take messages twice, and that is found', async () => {
  const { postgres } = await import('../../src/engines/postgres/index.ts');
  const { tryOutbox } = await import('../../src/deliver/trials/features/outbox.ts');
  const { connect } = await import('../../src/deliver/trials/features/trial.ts');
  const { board } = await import('../design/board.ts');
  const one = await board(
    'entities:\n  E3 Ticket: { outbox: true, fields: { title: { type: text, required: true } } }',
  );
  await one.session.query(`INSERT INTO tickets (title) VALUES ('a'), ('b'), ('c')`);
  const feature = one.design.features.find((each) => each.kind === 'outbox')!;
  const database = { ownerUrl: one.url } as Parameters<typeof connect>[0]['database'];
  const session = await connect({ engine: postgres, database });
  try {
    const trial = { engine: postgres, database, catalog: one.after, session, hints: [], seed: 1 };
    const take = `SELECT id, topic, key, operation, payload FROM outbox ORDER BY id LIMIT $1`;
    const found = await tryOutbox(trial, { ...feature, take });
    expect(
      found
        .filter(({ result }) => result === 'broken')
        .map(({ text }) => text)
        .join(),
    ).toMatch(/twice/);
  } finally {
    await session.close();
    await one.session.close();
  }
});

test('a summary beside a status machine and a version is stormed all the same', async () => {
  const summed = `
entities:
  E1 Order:
    optimistic: true
    fields: { state: { type: enum(open, paid) }, amount: { type: int, required: true }, day: { type: date, required: true } }
    states: { field: state, start: open, moves: { open: [paid] } }
  E2 Day: { table: days, key: [day], fields: { day: { type: date, required: true }, total: { type: bigint, required: true } }, derived: { from: E1, by: { day: day }, set: { total: sum amount } } }`;
  const orders = `INSERT INTO orders (amount, day) SELECT n, date '2025-01-01' + n % 9 FROM generate_series(1, 200) AS n`;
  const claim = (await claimsOf({ block: summed, current: '', rows: orders, only: 'E2' })).get('E2')!;
  expect([claim.verdict, claim.because]).toEqual(['proven', expect.any(String)]);
});

test('a unique that another table has does not stand for the one that is asked for', async () => {
  const unique = (spoil?: string) =>
    claimsOf({
      block: 'entities:\n  E1 Product: { fields: { name: { type: text, required: true, unique: true } } }',
      current: '',
      rows: `INSERT INTO products (name) SELECT 'p' || n FROM generate_series(1, 9) AS n`,
      ...(spoil === undefined ? {} : { spoil }),
    });
  expect((await unique()).get('E1')?.verdict).toBe('proven');
  const claim = (
    await unique(`ALTER TABLE products DROP CONSTRAINT products_name_key; CREATE TABLE seen (name text CONSTRAINT seen_once UNIQUE);
      INSERT INTO seen SELECT name FROM products;
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO seen VALUES (NEW.name); RETURN NULL; END $f$;
      CREATE TRIGGER note AFTER INSERT ON products FOR EACH ROW EXECUTE FUNCTION note()`)
  ).get('E1')!;
  expect(claim).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('was rejected by seen_once') as string,
  });
});

test('moves beyond those that are tried are said', async () => {
  const names = Array.from({ length: 22 }, (_, n) => `s${n}`);
  const claims = await claimsOf({
    block: `entities:\n  E1 Order: { fields: { state: { type: "enum(${names.join(', ')})" } }, states: { field: state, start: s0, moves: { s0: [${names.slice(1).join(', ')}] } } }`,
    current: '',
    rows: 'INSERT INTO orders SELECT FROM generate_series(1, 3)',
  });
  expect(claims.get('E1')).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('62 of 462 moves were not tried') as string,
  });
});

test('rows of a lookup table are there, each once and with its values', async () => {
  const lookup = (spoil?: string) =>
    claimsOf({
      block:
        'entities:\n  E1 Level: { key: [name], fields: { name: { type: text, required: true }, wait: { type: duration, required: true }, hints: { type: json } }, lookup: [{ name: "a\'b", wait: 1 day, hints: { x: [1] } }, { name: c, wait: 36 hours }] }',
      current: '',
      ...(spoil === undefined ? {} : { spoil }),
    });
  const good = (await lookup()).get('E1')!;
  expect([good.verdict, good.evidence.at(-1)?.text]).toEqual([
    'proven',
    expect.stringContaining('its 2 rows are there, each once'),
  ]);
  for (const spoil of ["DELETE FROM levels WHERE name = 'c'", "UPDATE levels SET wait = '2 days'"])
    expect((await lookup(spoil)).get('E1')).toMatchObject({
      verdict: 'missed',
      because: expect.stringContaining('is there 0 times') as string,
    });
});

test('records of children that went along do not stand for the record of their parent', async () => {
  const claims = (spoil?: string) =>
    claimsOf({
      block: `entities:
  E1 Shop: { history: audit, fields: { name: { type: text, required: true } } }
  E2 Shelf: { table: shelves, history: audit, fields: { label: { type: text, required: true } } }
relations:
  L1: { from: E2, to: E1, name: shop, required: true, on_delete: cascade }`,
      current: '',
      rows: `INSERT INTO shops (name) VALUES ('a'), ('b'); INSERT INTO shelves (label, shop_id) SELECT 's' || id, id FROM shops`,
      only: 'E1',
      ...(spoil === undefined ? {} : { spoil }),
    });
  expect((await claims()).get('E1')?.verdict).toBe('proven');
  const spoil = `CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF NEW.operation = 'DELETE' THEN RETURN NULL; END IF; RETURN NEW; END $f$;
    CREATE TRIGGER forget BEFORE INSERT ON shop_audit FOR EACH ROW EXECUTE FUNCTION forget()`;
  expect((await claims(spoil)).get('E1')).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining('no record is left of: DELETE') as string,
  });
});
