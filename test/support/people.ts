/** A database of people with private values in every place that a snapshot looks at, and statements about them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapturedStatement, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Locale, Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';

/** Makes and analyses the database. */
export async function people(sandbox: Sandbox, locale: Locale, rows = 2000): Promise<SandboxDatabase> {
  const database = await sandbox.createDatabase({ locale });
  const session = await postgres.connect(database.adminUrl);
  try {
    await session.run(
      readFileSync(join(import.meta.dirname, '..', 'snapshot', 'people.sql'), 'utf8').replaceAll(
        ':rows',
        String(rows),
      ),
    );
  } finally {
    await session.close();
  }
  return database;
}

/** Its snapshot with all probes and a workload whose statements are full of values. */
export async function peopleSnapshot(database: SandboxDatabase): Promise<Snapshot> {
  const session = await postgres.connect(database.adminUrl);
  try {
    const snapshot = await postgres.capture.read(session, {
      probes: ['fan-out', 'pairs', 'offsets', 'prefixes', 'ends'],
      statementMs: 30_000,
      statements: 100,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    return { ...snapshot, workload: { source: 'log', statements: await statements(session) } };
  } finally {
    await session.close();
  }
}

/** Texts of all private columns of all rows, four letters or longer. */
export async function privateTexts(database: SandboxDatabase): Promise<readonly string[]> {
  const session = await postgres.connect(database.adminUrl);
  try {
    const { rows } = await session.query<{ value: string }>(`
      SELECT DISTINCT value FROM (
        SELECT unnest(ARRAY[email, name, phone, api_token::text, iban, profile ->> 'contact', host(last_ip)] || aliases) AS value FROM users
        UNION ALL SELECT user_email FROM logins UNION ALL SELECT remark FROM logins) AS texts
      WHERE char_length(value) >= 4`);
    return rows.map(({ value }) => value);
  } finally {
    await session.close();
  }
}

async function statements(session: Session): Promise<readonly CapturedStatement[]> {
  const { rows } = await session.query<{ email: string; name: string; birthday: string }>(
    'SELECT email, name, birthday::text AS birthday FROM users WHERE id IN (7, 77, 777) ORDER BY id',
  );
  const [one, two, three] = rows;
  const texts: readonly [string, readonly (readonly (string | null)[])[]][] = [
    ['SELECT * FROM users WHERE email = $1', rows.map(({ email }) => [email])],
    ['SELECT id FROM users WHERE lower(email) = $1', rows.map(({ email }) => [email.toLowerCase()])],
    ['SELECT id FROM users WHERE name LIKE $1 ORDER BY name', [['Aurelia W%'], ['Bertrand %'], ['Des%']]],
    ['SELECT id FROM users WHERE name LIKE $1', [['%croft%']]],
    [
      'SELECT id FROM users WHERE birthday BETWEEN $1 AND $2',
      [
        [one!.birthday, '1999-12-31'],
        ['1960-01-01', '1960-02-01'],
      ],
    ],
    [
      'SELECT count(*) FROM users u JOIN logins l ON l.user_email = u.email WHERE u.city = $1 AND l.at > $2',
      [['City 7', '2024-03-01']],
    ],
    [
      'INSERT INTO logins (user_email, at, remark) VALUES ($1, $2, $3)',
      [[two!.email, '2024-01-01', `mailed ${two!.email}`]],
    ],
    ['SELECT id FROM users WHERE email = ANY ($1)', [[`{${one!.email},"${three!.email}"}`]]],
    [`SELECT id FROM users WHERE email = '${two!.email}' /* user=${three!.email} */`, []],
    [`-- name: find_one\nSELECT id FROM users WHERE name = '${one!.name}'`, []],
    [`SET app.current_user = '${three!.email}'`, []],
    [
      `PREPARE p AS SELECT id FROM users WHERE email = '${one!.email}' AND name = '${one!.name.slice(0, 12)}`,
      [],
    ],
    ["ALTER ROLE reporting PASSWORD 'Hunter-Secret-99'", []],
    ['SELECT id FROM users WHERE aliases @> $1', [['{shared.inbox@knowsgard.test}']]],
    ['SELECT id FROM users WHERE profile @> $1', [['{"contact": "aurelia.1@profile.test"}']]],
    ['SELECT id FROM users WHERE words @@ to_tsquery($1)', [['windmere']]],
  ];
  return texts.map(([sql, samples], at) => ({
    id: String(at + 1),
    sql,
    calls: 100,
    totalMs: 100,
    meanMs: 1,
    minMs: 1,
    maxMs: 1,
    deviationMs: 0,
    rows: 100,
    hit: 1000,
    read: 0,
    dirtied: 0,
    written: 0,
    tempRead: 0,
    tempWritten: 0,
    cut: sql.startsWith('PREPARE'),
    samples,
  }));
}
