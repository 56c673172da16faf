/** Relations of tables that stand today and have the column already. */
import { expect, test } from 'vitest';
import { board } from './board.ts';

const today = `CREATE TABLE accounts (id bigint PRIMARY KEY);
  CREATE TABLE members (id bigint PRIMARY KEY, account_id bigint);
  INSERT INTO accounts VALUES (1); INSERT INTO members VALUES (10, 1);`;
const block = (more = ''): string => `
change: { engine: postgres, kind: alter }
${more}entities:
  E1 Member: { table: members, fields: { nick: { type: text } } }
relations:
  L1: { from: E1, to: accounts, name: account, required: true, on_delete: cascade }`;

test('a column that is there is used, and what it lacks is added', async () => {
  const { after, attempt, design, session } = await board(block(), today);
  const table = after.tables.find(({ name }) => name === 'members')!;
  expect(table.columns.map(({ name, notNull }) => [name, notNull])).toEqual([
    ['id', true],
    ['account_id', true],
    ['nick', false],
  ]);
  expect(table.indexes.some(({ keys }) => keys[0] === 'account_id')).toBe(true);
  expect(design.columns.get('E1')!.get('account')).toEqual(['account_id']);
  expect(design.wishes.flatMap(({ probe }) => probe ?? [])).toHaveLength(2);
  expect(await attempt('INSERT INTO members (id, account_id) VALUES (11, 2)')).toBe(
    'members_account_id_fkey',
  );
  expect(await attempt('DELETE FROM accounts')).toBe('ok');
  expect((await session.query('SELECT FROM members')).count).toBe(0);
  await session.close();
});

test('a foreign key that is there is not made twice, nor quietly another one', async () => {
  const there = (rule: string): string =>
    `${today} ALTER TABLE members ADD CONSTRAINT kin FOREIGN KEY (account_id) REFERENCES accounts ON DELETE ${rule};`;
  const { after, design, session } = await board(block(), there('CASCADE'));
  const keys = after.tables
    .find(({ name }) => name === 'members')!
    .constraints.filter(({ kind }) => kind === 'foreign');
  expect(keys.map(({ name }) => name)).toEqual(['kin']);
  expect(design.relations.map(({ constraint }) => constraint)).toEqual(['kin']);
  await session.close();
  await expect(board(block(), there('RESTRICT'))).rejects.toThrow(
    'kin of members says on delete restrict, and L1 asks for cascade.',
  );
});

test('a column of another type is refused', async () => {
  await expect(board(block(), today.replace('account_id bigint', 'account_id text'))).rejects.toThrow(
    'members.account_id exists as text, and L1 refers to a key of type bigint.',
  );
});

test('the tenant may be a column that is there', async () => {
  const { after, session } = await board(block('tenancy: { model: shared, of: accounts }\n'), today);
  const table = after.tables.find(({ name }) => name === 'members')!;
  expect([table.rowSecurity, table.policies[0]?.using]).toEqual([
    'forced',
    expect.stringContaining('account_id'),
  ]);
  await session.close();
});
