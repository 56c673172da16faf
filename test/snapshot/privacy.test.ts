import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnStatistics, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Locale, Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { readArray } from '../../src/base/array-literal.ts';
import { readSnapshot, writeSnapshot } from '../../src/snapshot/file.ts';
import { maskSnapshot } from '../../src/snapshot/mask/mask.ts';
import { people, peopleSnapshot, privateTexts } from '../support/people.ts';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-privacy-'));
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
});
afterAll(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The ways in which a value can stand in a text, in small letters. */
const forms = (value: string): readonly string[] =>
  [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64').replaceAll('=', ''),
    value.normalize('NFD'),
  ].map((form) => form.toLowerCase());

/** Values that a file's text holds in any form. */
async function found(snapshot: Snapshot, values: readonly string[]): Promise<readonly string[]> {
  const path = join(folder, 'found.dbds');
  await writeSnapshot(path, snapshot);
  const text = gunzipSync(await readFile(path))
    .toString('utf8')
    .toLowerCase();
  // Most values are ruled out by their beginning, which is much faster to look up.
  const begins = new Set<string>();
  for (let at = 0; at + 6 <= text.length; at++) begins.add(text.slice(at, at + 6));
  return values.filter((value) =>
    forms(value).some((form) => (form.length < 6 || begins.has(form.slice(0, 6))) && text.includes(form)),
  );
}

const of = (snapshot: Snapshot, relation: string, column: string): ColumnStatistics =>
  snapshot.columns.find((one) => one.relation === relation && one.column === column && !one.inherited)!;
const items = (literal: string | undefined): readonly string[] =>
  (readArray(literal ?? '{}') ?? []) as readonly string[];

/** Names and constants that stand in the definitions and comments only. */
const inText = [
  'Nobody Knowsgard',
  'rootmaster@knowsgard.test',
  'Petra.Knowsgard@insider.example',
  'aurelia.windmere',
  'Bertrand Windmere',
  'Gundula.Thistlewood@insider.example',
  'chief@windmere.test',
  'Hunter-Secret-99',
  'shared.inbox@knowsgard.test',
];

const locales: readonly Locale[] = [
  { provider: 'icu', locale: 'en-US' },
  { provider: 'libc', locale: 'C' },
];

describe.each(locales)('people in $provider $locale', (locale) => {
  let database: SandboxDatabase;
  let real: Snapshot;
  let masked: Snapshot;

  beforeAll(async () => {
    database = await people(sandbox, locale);
    real = await peopleSnapshot(database);
    masked = await maskSnapshot(real, { engine: postgres, columns: 'auto' });
  });

  it('leave no text behind in the bytes of the file, in no form; without a mask they all stand there', async () => {
    const all = [...(await privateTexts(database)), ...inText];
    expect(all.length).toBeGreaterThan(7000);
    expect(await found(masked, all)).toEqual([]);
    const unmasked = await maskSnapshot(real, { engine: postgres, columns: 'none' });
    const standing = await found(unmasked, all);
    expect(standing.length).toBeGreaterThan(1000);
    // A password goes in any case.
    const password = 'Hunter-Secret-99';
    expect(standing).not.toContain(password);
    expect(standing).toEqual(expect.arrayContaining(inText.filter((text) => text !== password)));
  });

  it('leave no number or day behind in the statistics', () => {
    for (const column of ['birthday', 'shoe', 'stay', 'last_ip']) {
      const [was, is] = [of(real, 'users', column), of(masked, 'users', column)];
      const before = new Set(
        ['commonValues', 'histogram', 'rangeBounds'].flatMap((key) => items((was as never)[key])),
      );
      const after = ['commonValues', 'histogram', 'rangeBounds'].flatMap((key) => items((is as never)[key]));
      expect(before.size, column).toBeGreaterThan(10);
      expect(
        after.filter((value) => before.has(value)),
        column,
      ).toEqual([]);
    }
  });

  it('are masked wherever they went, with the reason', () => {
    const why = Object.fromEntries(masked.masked.map((one) => [`${one.relation}.${one.column}`, one.why]));
    expect(why).toMatchObject({
      'users.email': 'guessed from its name',
      'users.shoe': 'its comment says confidential',
      'users.email_key': 'guessed from its name',
      'users.words': 'is made from users.name',
      'users.profile': 'its values look like e-mail addresses',
      'logins.remark': 'its values look like e-mail addresses',
      'people_old.arrival': 'holds the values of people.arrival',
      'contacts.who': 'is made from users.name',
      'mailing.target': 'is made from users.email',
      'users_email_lower_idx.lower': 'is made from users.email',
      'archived_users.name': 'guessed from its name',
    });
    expect(why['logins.user_email']).toBeDefined();
    expect(Object.keys(why)).not.toContain('users.city');
    expect(Object.keys(why)).not.toContain('users.status');
    expect(masked.masked.filter((one) => one.notExact !== undefined)).toEqual([
      expect.objectContaining({
        relation: 'users',
        column: 'name',
        notExact: expect.stringContaining('statement 4') as unknown,
      }),
    ]);
  });

  it('keep every figure, and the statistics of other columns', () => {
    for (const [at, one] of real.columns.entries()) {
      const {
        commonValues: _a,
        histogram: _b,
        commonElements: _c,
        rangeBounds: _d,
        elementFrequencies: _e,
        ...figures
      } = one;
      expect(masked.columns[at]).toMatchObject(figures);
    }
    for (const column of ['city', 'status'])
      expect(of(masked, 'users', column)).toEqual(of(real, 'users', column));
    expect(masked.relations).toEqual(real.relations);
  });

  it('stand in the order in which the server sorts them', async () => {
    const session = await postgres.connect(database.adminUrl);
    try {
      for (const [relation, column] of [
        ['users', 'email'],
        ['users', 'name'],
        ['users', 'iban'],
        ['logins', 'user_email'],
        ['users_email_lower_idx', 'lower'],
      ] as const) {
        const made = items(of(masked, relation, column).histogram);
        const { rows } = await session.query<{ value: string }>(
          'SELECT value FROM unnest($1::text[]) AS value ORDER BY value',
          [made],
        );
        expect(made.length, column).toBeGreaterThan(20);
        expect(
          rows.map(({ value }) => value),
          column,
        ).toEqual(made);
      }
      for (const column of ['birthday', 'shoe', 'last_ip', 'api_token']) {
        const type = { birthday: 'date', shoe: 'numeric', last_ip: 'inet', api_token: 'uuid' }[column]!;
        const made = items(of(masked, 'users', column).histogram);
        const { rows } = await session.query<{ value: string }>(
          `SELECT value::text FROM unnest($1::text[]::${type}[]) AS listed (value) ORDER BY listed.value`,
          [made],
        );
        expect(
          rows.map(({ value }) => value.replace(/\/32$/, '')),
          column,
        ).toEqual(made);
      }
    } finally {
      await session.close();
    }
  });

  it('keep their form', () => {
    for (const email of items(of(masked, 'users', 'email').histogram))
      expect(email).toMatch(/^[\p{L}\p{M}]+\.[\p{L}\p{M}]+\d+@[a-z]+\.example$/iu);
    for (const phone of items(of(masked, 'users', 'phone').histogram)) {
      expect(phone).toMatch(/^\+\d+ \d+ \d+$/);
      expect(phone.length).toBeLessThanOrEqual(20);
    }
    for (const alias of items(of(masked, 'users', 'aliases').commonElements)) expect(alias).toContain('@');
    for (const json of items(of(masked, 'users', 'profile').commonValues))
      expect(Object.keys(JSON.parse(json) as object).toSorted()).toEqual(['contact', 'lang', 'pin']);
  });

  it('are equal where they were equal: across references, expressions, the workload', () => {
    const map = new Map<string, string>();
    for (const [relation, column] of [
      ['users', 'email'],
      ['logins', 'user_email'],
      ['people_old', 'email'],
      ['people_new', 'email'],
    ] as const)
      for (const key of ['commonValues', 'histogram'] as const)
        for (const [at, value] of items(of(real, relation, column)[key]).entries()) {
          const made = items(of(masked, relation, column)[key])[at]!;
          expect(map.get(value) ?? made).toBe(made);
          map.set(value, made);
        }
    const lower = items(of(masked, 'users_email_lower_idx', 'lower').histogram);
    for (const [at, value] of items(of(real, 'users_email_lower_idx', 'lower').histogram).entries())
      expect(map.get(value) ?? lower[at]).toBe(lower[at]);
    const sample = (snapshot: Snapshot, id: string): readonly string[] =>
      snapshot.workload.statements.find((one) => one.id === id)!.samples.map(([value]) => value!);
    expect(sample(masked, '1').map((value) => value.toLowerCase())).toEqual(sample(masked, '2'));
    expect(masked.workload.statements.find((one) => one.id === '6')!.samples).toEqual([
      ['City 7', '2024-03-01'],
    ]);
    expect(masked.workload.statements.find((one) => one.id === '10')!.sql).toContain('-- name: find_one');
  });

  it('select as many values by equality, range, prefix and day as they did', async () => {
    const session = await postgres.connect(database.adminUrl);
    try {
      await expect(counts(session, masked)).resolves.toEqual(await counts(session, real));
    } finally {
      await session.close();
    }
  });

  it('differ from snapshot to snapshot, since no key is kept', async () => {
    const again = await maskSnapshot(real, { engine: postgres, columns: 'auto' });
    const [one, other] = [masked, again].map((snapshot) => items(of(snapshot, 'users', 'email').histogram));
    expect(one!.filter((value, at) => other![at] === value)).toEqual([]);
  });

  it('fit the schema of the file', async () => {
    const path = join(folder, 'masked.dbds');
    await writeSnapshot(path, masked);
    expect((await readSnapshot(path)).masked).toEqual(masked.masked);
  });
});

/** How many bounds and common values each sampled constant meets, as the planner counts them. */
async function counts(session: Session, snapshot: Snapshot): Promise<readonly unknown[]> {
  const met: unknown[] = [];
  const sampled = (id: string) => snapshot.workload.statements.find((one) => one.id === id)!.samples;
  const count = async (column: string, condition: string, values: readonly unknown[]): Promise<void> => {
    const type = column === 'birthday' ? 'date' : 'text';
    for (const key of ['commonValues', 'histogram'] as const) {
      const { rows } = await session.query<{ at: number[] | null }>(
        `SELECT array_agg(place ORDER BY place) AS at FROM unnest($${values.length + 1}::text[]::${type}[]) WITH ORDINALITY AS listed (value, place) WHERE ${condition}`,
        [...values, items(of(snapshot, 'users', column)[key])],
      );
      met.push(rows[0]!.at);
    }
  };
  for (const [email] of sampled('1')) {
    await count('email', 'value = $1', [email]);
    await count('email', 'value < $1', [email]);
  }
  for (const [prefix] of sampled('3')) await count('name', 'value LIKE $1', [prefix]);
  for (const days of sampled('5'))
    await count('birthday', 'value BETWEEN $1::text::date AND $2::text::date', days);
  expect(met.flat().length).toBeGreaterThan(30);
  return met;
}
