import { expect, it } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { maskKinds, type MaskKind } from '../../src/mask/model.ts';
import { leavesVisible, maskSql } from '../../src/mask/sql.ts';
import { testDatabase } from '../support/database.ts';

const values: Readonly<Record<MaskKind, readonly [type: string, value: string, masked: string | null]>> = {
  email: ['text', 'ann@example.org', '***@example.org'],
  name: ['text', 'Ann', 'A***'],
  phone: ['text', '+49 30 123456', '***56'],
  address: ['text', 'Main Street 1', '***'],
  date: ['date', '1980-05-17', '1980-01-01'],
  number: ['numeric', '42.5', null],
  text: ['text', 'secret', '***'],
  hash: ['text', 'secret', '2bb80d537b1da3e3'],
  last4: ['text', '4111111111111111', '****1111'],
  uuid: ['uuid', '0190a5e0-0000-7000-8000-000000000000', null],
  ip: ['inet', '192.168.17.4', '192.168.17.0/24'],
  iban: ['text', 'DE89370400440532013000', 'DE****3000'],
  url: ['text', 'https://example.org/a?b=c', 'https://example.org/***'],
  null: ['jsonb', '{"a": 1}', null],
};

it('masks hide values of every kind, and leave absent ones absent', async () => {
  const database = await testDatabase();
  const session = await postgres.connect(database.ownerUrl);
  const mask = async (kind: MaskKind, type: string, value: string | null): Promise<string | null> => {
    const { rows } = await session.query<{ masked: string | null }>(
      `SELECT (${maskSql(kind, 'v', type)})::text AS masked FROM (SELECT $1::text::${type} AS v) AS one`,
      [value],
    );
    return rows[0]!.masked;
  };
  try {
    for (const kind of maskKinds) {
      const [type, value, masked] = values[kind];
      expect(`${kind} ${await mask(kind, type, value)}`).toBe(`${kind} ${masked}`);
      expect(await mask(kind, type, null)).toBeNull();
      expect(leavesVisible[kind]).not.toBe('');
    }
    for (const kind of maskKinds.filter((one) => one !== 'hash' && one !== 'name'))
      for (const value of ['x', 'ab', 'no form at all', '\u202Eevil', '🙂🙂🙂🙂🙂🙂'])
        expect(`${kind} ${await mask(kind, 'text', value)}`).not.toBe(`${kind} ${value}`);
    expect(await mask('last4', 'integer', '1234')).toBe('****');
  } finally {
    await session.close();
  }
});
