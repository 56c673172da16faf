import { expect, test } from 'vitest';
import { proveSeeds } from '../../src/data/prove.ts';
import { run } from '../../src/data/load.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { testSandbox } from '../support/database.ts';
import { hardSql, livelySql } from './hard.sql.ts';
import { seeded, type Seeded } from './seeding.ts';

const hard = (): Promise<Seeded> => seeded(hardSql, { extensions: ['btree_gist'] });

/** Loads both scripts into a copy and looks. */
async function loaded(made: Seeded, look: (session: Session) => Promise<void>): Promise<void> {
  const sandbox = await testSandbox();
  const copy = await sandbox.createDatabase({ from: made.structure });
  const session = await postgres.connect(copy.ownerUrl);
  try {
    for (const text of [made.reference, made.development])
      if (text !== undefined) await run(postgres, session, text);
    await look(session);
  } finally {
    await session.close();
    await sandbox.dropDatabase(copy);
  }
}

const one = async (session: Session, sql: string): Promise<unknown> =>
  Object.values((await session.query(sql)).rows[0]!)[0];

test('structures that generators fail at get rows in every table, loaded twice', async () => {
  const made = await hard();
  const proof = await made.prove();
  expect(proof.failed).toBeUndefined();
  expect(proof.orphan).toBeUndefined();
  expect(proof.foreignKeys).toBe(12);
  expect(made.seeds.without).toEqual([]);
  expect([...proof.rows.keys()].toSorted()).toEqual(
    made.catalog.tables.map(({ schema, name }) => `${schema}.${name}`).toSorted(),
  );
  expect(made.seeds.reference.map(({ table }) => table.name).toSorted()).toEqual([
    'countries',
    'order_states',
  ]);
  expect(proof.reference).toEqual({ restored: true, changed: [] });
  expect(proof.development?.refused).toContain('There are rows already');
  expect(proof.development?.changed).toEqual([]);
  // A circle of required keys is closed, one of an optional key is filled afterwards, a tree has roots and branches.
  await loaded(made, async (session) => {
    expect(
      Number(await one(session, 'SELECT count(*) FROM customers WHERE favourite_order IS NOT NULL')),
    ).toBeGreaterThan(0);
    expect(
      Number(await one(session, 'SELECT count(*) FROM employees WHERE manager_id IS NULL')),
    ).toBeGreaterThan(0);
    expect(
      Number(await one(session, 'SELECT count(*) FROM employees WHERE manager_id IS NOT NULL')),
    ).toBeGreaterThan(0);
    expect(await one(session, 'SELECT bool_and(created_at <= updated_at) FROM customers')).toBe(true);
    expect(await one(session, 'SELECT bool_and(shipped_at >= placed_at) FROM orders')).toBe(true);
    // Sequences stand behind the rows: the next insert brings its own number.
    const { rows } = await session.query<{ id: string }>(
      `INSERT INTO orders (customer_id, state_id, total, placed_at) SELECT customer_id, state_id, 1, now() FROM orders LIMIT 1 RETURNING id`,
    );
    expect(Number(rows[0]!.id)).toBe(proof.rows.get('public.orders')! + 1);
  });
});

test('equal seeds give equal scripts, others do not; values suit their columns', async () => {
  const [first, again] = [await hard(), await hard()];
  expect(again.development).toBe(first.development);
  expect(again.reference).toBe(first.reference);
  const other = await seeded(hardSql, { extensions: ['btree_gist'], seed: 2 });
  expect(other.development).not.toBe(first.development);
  const customers = first.seeds.development.find(({ table }) => table.name === 'customers')!;
  const at = (name: string): number => customers.columns.indexOf(name);
  for (const row of customers.rows) {
    const [email, given, family] = [at('email'), at('first_name'), at('last_name')].map((i) => row[i]!);
    const plain = (text: string): string =>
      text
        .normalize('NFD')
        .toLowerCase()
        .replaceAll(/[^a-z]/g, '');
    expect(email).toMatch(/^[a-z0-9.]+@example\.(?:com|org|net)$/);
    expect(email).toContain(`${plain(given!)}.${plain(family!)}`);
    const phone = row[at('phone')];
    if (phone !== null) expect(phone).toMatch(/^\+1 \d{3} 555 01\d\d$/);
  }
});

test('triggers that write and refuse, and row security that binds the owner', async () => {
  const made = await seeded(livelySql);
  const proof = await made.prove();
  expect(proof.failed).toBeUndefined();
  expect(made.seeds.development.map(({ table }) => table.name).toSorted()).toEqual(['tenants', 'tickets']);
  expect(made.seeds.without.map(({ table, meant }) => `${table.name} ${meant}`).toSorted()).toEqual([
    'a_history true',
    'ticket_counts true',
  ]);
  // Every ticket begins as new, as the trigger asks, and two of three go on from there.
  const tickets = proof.rows.get('public.tickets')!;
  expect(tickets).toBeGreaterThan(10);
  expect(proof.rows.get('public.a_history')).toBe(tickets + Math.floor((tickets * 2) / 3));
  await loaded(made, async (session) => {
    // Row security binds the owner again afterwards.
    const after = await postgres.inspect(session);
    expect(after.tables.find(({ name }) => name === 'tickets')?.rowSecurity).toBe('forced');
    expect(Number(await one(session, 'SELECT count(DISTINCT status) FROM tickets'))).toBe(3);
    expect(Number(await one(session, 'SELECT max(version) FROM tickets'))).toBe(1);
  });
});

test('rows of one tenant refer to rows of the same tenant, though no constraint asks for it', async () => {
  const made = await seeded(`
    CREATE TABLE accounts (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE members (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, name text NOT NULL);
    CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, member_id bigint NOT NULL REFERENCES members, title text NOT NULL);
    CREATE TABLE seats (account_id uuid NOT NULL REFERENCES accounts, number int NOT NULL, member_id bigint NOT NULL REFERENCES members, PRIMARY KEY (account_id, number));`);
  expect((await made.prove()).failed).toBeUndefined();
  await loaded(made, async (session) => {
    expect(
      await one(
        session,
        'SELECT bool_and(t.account_id = m.account_id) FROM tickets t JOIN members m ON m.id = t.member_id',
      ),
    ).toBe(true);
    expect(Number(await one(session, 'SELECT count(*) FROM seats'))).toBeGreaterThan(10);
  });
});

test('a database that says it is production refuses development rows', async () => {
  const made = await hard();
  const sandbox = await testSandbox();
  const copy = await sandbox.createDatabase({ from: made.structure });
  const session = await postgres.connect(copy.ownerUrl);
  try {
    await session.query(`SELECT set_config('dbd.environment', 'production', false)`);
    await expect(run(postgres, session, made.development!)).rejects.toThrow(/marked as production/);
    await session.query('ROLLBACK');
    expect(Number(await one(session, 'SELECT count(*) FROM customers'))).toBe(0);
  } finally {
    await session.close();
    await sandbox.dropDatabase(copy);
  }
});

test('values that were given never come up, and a script that holds one is caught', async () => {
  const structure = `
    CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, first_name text NOT NULL, password_hash text NOT NULL, plan text NOT NULL);
  `;
  const plain = await seeded(structure);
  const users = plain.seeds.development[0]!;
  const names = users.rows.map((row) => row[users.columns.indexOf('first_name')]!);
  const emails = users.rows.map((row) => row[users.columns.indexOf('email')]!);
  const hints = [
    { table: users.table, column: 'email', examples: [emails[0]!, 'real.person@corp.invalid'] },
    { table: users.table, column: 'plan', examples: ['free', 'pro'] },
  ];
  const forbidden = {
    'users.email': [...emails, 'real.person@corp.invalid'],
    'users.first_name': [names[0]!, names[1]!],
  };
  const made = await seeded(structure, { hints, forbidden });
  expect(made.development).not.toContain('real.person');
  for (const value of emails) expect(made.development).not.toContain(`'${value}'`);
  // Examples of columns that are nobody's data are used.
  expect(made.development).toContain(`'pro'`);
  expect(made.seeds.masked.map(({ column, mask }) => [column, mask])).toEqual([
    ['email', 'email'],
    ['first_name', 'name'],
    ['password_hash', 'hash'],
  ]);
  const proof = await made.prove();
  expect(proof).toMatchObject({ leaks: [], searched: 2 });
  expect(
    (await made.prove({ development: plain.development! })).leaks.map(({ column }) => column).toSorted(),
  ).toEqual(['public.users.email', 'public.users.first_name']);
});

test('rows that came with the structure are neither copied nor held against the scripts', async () => {
  const made = await seeded(
    `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
    INSERT INTO users (email) VALUES ('real.person@corp.invalid');
    CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, email text);`,
    {
      forbidden: { 'users.email': ['real.person@corp.invalid'], 'notes.email': ['real.person@corp.invalid'] },
    },
  );
  expect(made.reference).toBeUndefined();
  expect(made.seeds.limits.join(' ')).toContain('its column email is personal');
  expect(made.development).not.toContain('corp.invalid');
  expect(await made.prove()).toMatchObject({ leaks: [], searched: 2 });
  const copied = made.development!.replace(/'[^']*@example[^']*'/, `'real.person@corp.invalid'`);
  expect((await made.prove({ development: copied })).leaks).toEqual([
    { column: 'public.notes.email', rows: 1 },
  ]);
});

test('the proof turns when a script is not what it says', async () => {
  const made = await hard();
  const broken = (text: string, from: string | RegExp, to: string): string => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return changed;
  };
  const reference = made.reference!;
  const development = made.development!;
  const restless = broken(reference, /DO UPDATE SET name[^;]*;/, `DO UPDATE SET name = kept.name || '!';`);
  expect((await made.prove({ reference: restless })).reference?.changed).toContain('public.countries');
  const short = broken(reference, /,\n {2}\('US', 'United States'\)/, '');
  expect((await made.prove({ reference: short, development: 'SELECT 1;' })).reference?.restored).toBe(false);
  const wrong = broken(
    development,
    'COMMIT;',
    'UPDATE orders SET customer_id = 999999 WHERE id = 1;\nCOMMIT;',
  );
  expect((await made.prove({ development: wrong })).failed).toContain('orders_customer_id_fkey');
  // A foreign key that the server was kept from checking is looked up all the same.
  const unchecked = broken(
    development,
    'COMMIT;',
    `ALTER TABLE bookings DROP CONSTRAINT bookings_room_id_fkey; UPDATE bookings SET room_id = 999 WHERE id = 1;\nCOMMIT;`,
  );
  expect((await made.prove({ development: unchecked })).orphan).toContain('bookings_room_id_fkey');
  const unguarded = `BEGIN; INSERT INTO rooms (name) VALUES (gen_random_uuid()::text); COMMIT;`;
  expect((await made.prove({ development: unguarded })).development).toEqual({ changed: ['public.rooms'] });
});

test('hostile names of tables, columns and values are only names and values', async () => {
  const long = 'ä'.repeat(31);
  const sql = `
    CREATE TABLE "Order; DROP TABLE x; --" ("the ""id""" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "$guard$" text NOT NULL, "${long}" text, "E-Mail" text);
    CREATE TABLE "select" ("from" bigint REFERENCES "Order; DROP TABLE x; --", "to" timestamp NOT NULL);
    CREATE TABLE kinds ("key'" text PRIMARY KEY, label text);
    INSERT INTO kinds VALUES ('it''s', E'a\\\\b\\nc'), ('''; DROP TABLE kinds; --', '$guard$');`;
  const made = await seeded(sql, { rows: 5 });
  const proof = await made.prove();
  expect(proof.failed).toBeUndefined();
  expect(proof.rows.size).toBe(3);
  expect(proof.reference).toEqual({ restored: true, changed: [] });
});

test('what cannot be filled is named, and the rest is made', async () => {
  const made = await seeded(`
    CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL);
    CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a);
    ALTER TABLE a ADD CONSTRAINT a_needs_b FOREIGN KEY (b_id) REFERENCES b;
    CREATE TABLE odd (id int PRIMARY KEY, code text NOT NULL CHECK (md5(code) = 'x'));
    CREATE TABLE fine (id int PRIMARY KEY, title text NOT NULL);`);
  expect(made.seeds.development.map(({ table }) => table.name)).toEqual(['fine']);
  expect(made.seeds.without.map(({ table, meant }) => `${table.name} ${meant}`).toSorted()).toEqual([
    'a false',
    'b false',
    'odd false',
  ]);
  expect(made.seeds.limits.join(' ')).toContain('odd_code_check');
  const proof = await proveSeeds({
    engine: postgres,
    sandbox: await testSandbox(),
    structure: made.structure,
    catalog: made.catalog,
    development: made.development!,
    referenceTables: [],
    forbidden: [],
  });
  expect([...proof.rows.keys()]).toEqual(['public.fine']);
});
