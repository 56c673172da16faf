/** Private values in every corner of a structure and of a real workload: what is left of them in a masked file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { canonicalPieces } from '../../src/snapshot/canonical.ts';
import { maskSnapshot } from '../../src/snapshot/mask/mask.ts';

/** What all private values of the fixture have in them, with some letters around. */
const original =
  /.{0,60}(?:quill|thornbury|hidden\.test|hunter-77|\d-QFZY|NST-\d|7654321|170 555\d).{0,40}/gi;

const workload: readonly { readonly 0: string; readonly 1?: readonly unknown[] }[] = [
  ['SELECT id FROM people WHERE email = $1', ['osbert.quill7@hidden.test']],
  ["SELECT id FROM people WHERE full_name = 'Osbert Quillson9' /* asked by boss.quill@hidden.test */"],
  [
    '/* controller:people,user:commented.quill@hidden.test */ SELECT count(*) FROM people WHERE doc @> \'{"email": "docmail1@hidden.test"}\'',
  ],
  ["DECLARE c CURSOR WITH HOLD FOR SELECT id FROM people WHERE full_name = 'Cursor Quillfeather'"],
  ["EXPLAIN SELECT id FROM people WHERE full_name = 'Explained Quillfeather'"],
  ["CREATE TEMP TABLE t_made AS SELECT id FROM people WHERE full_name = 'Created Quillfeather'"],
  ["SET application_name = 'set.quill@hidden.test'"],
  ["DO $$ BEGIN PERFORM id FROM people WHERE full_name = 'Done Quillfeather'; END $$"],
  ["COMMENT ON COLUMN people.ssn IS 'Number of Listed Quillfeather'"],
  ["PREPARE asked AS SELECT id FROM people WHERE full_name = 'Prepared Quillfeather'"],
  [
    "COPY (SELECT id FROM people WHERE full_name = 'Copied Quillfeather') TO PROGRAM 'cat > /dev/null # copy-hunter-77'",
  ],
  ["SELECT set_config('app.who', 'config.quill@hidden.test', false)"],
  ['SELECT full_name AS "shown", \'Selected Quillfeather\' FROM people LIMIT 1'],
  ["SELECT interval '3 days', date '1950-01-05' FROM people WHERE birth_date = date '1950-01-09' LIMIT 1"],
];

describe.each([
  [18, { provider: 'icu', locale: 'en-US' }],
  [18, { provider: 'builtin', locale: 'C.UTF-8' }],
  [15, { provider: 'libc', locale: 'C.UTF-8' }],
] as const)('PostgreSQL %i, $provider', (major, locale) => {
  let sandbox: Sandbox;
  let real: Snapshot;
  let masked: Snapshot;

  beforeAll(async () => {
    sandbox = await startSandbox(postgres, {
      major,
      settings: { autovacuum: 'off', 'pg_stat_statements.track': 'all' },
    });
    const { adminUrl } = await sandbox.createDatabase({ locale });
    const session = await postgres.connect(adminUrl);
    try {
      await session.run(
        readFileSync(join(import.meta.dirname, 'leaks.sql'), 'utf8').replaceAll(':n', String(major)),
      );
      await session.run(`SELECT pg_stat_statements_reset(); CREATE USER secret_${major} PASSWORD 'create-hunter-77';
        ALTER ROLE secret_${major} PASSWORD 'alter-hunter-77'; ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (SET password 'changed-hunter-77')`);
      for (const one of workload) await session.query(one[0], one[1] ?? []);
      const taken = await postgres.capture.read(session, {
        probes: ['fan-out', 'pairs', 'offsets', 'prefixes', 'ends'],
        statementMs: 30_000,
        statements: 500,
        emit: () => undefined,
        signal: new AbortController().signal,
      });
      // A statement whose text the server keeps as it came, since its entry was dropped while it ran.
      const [like] = taken.workload.statements;
      const raw = [
        "SELECT id FROM people WHERE full_name = 'Raw Quillfeather' AND doc ->> 'name' = 'Rawdoc Quillfeather'",
        "SELECT * FROM dblink('host=x password=dblink-hunter-77', 'SELECT 1') AS t (a int)",
        'INSERT INTO audit (payload, who) VALUES (\'{"old": {"full_name": "Inserted Quillfeather"}}\', \'inserted.quill@hidden.test\')',
        "WITH w AS (SELECT 'Within Quillfeather'::text AS v) SELECT id FROM people p JOIN w ON w.v = p.full_name",
        'UPDATE people SET full_name = \'Updated Quillfeather\', doc = doc || \'{"name": "Merged Quillfeather"}\' WHERE id = 3',
      ];
      real = {
        ...taken,
        workload: {
          ...taken.workload,
          statements: [
            ...taken.workload.statements.map((one) =>
              one.sql.startsWith('SELECT id FROM people WHERE email')
                ? { ...one, samples: [['osbert.quill7@hidden.test'], ['password=sampled-hunter-77']] }
                : one,
            ),
            ...raw.map((sql, at) => ({ ...like!, id: `raw ${at}`, sql })),
          ],
        },
      };
      masked = await maskSnapshot(real, { engine: postgres, columns: 'auto' });
    } finally {
      await session.close();
    }
  }, 60_000);
  afterAll(() => sandbox?.stop());

  const found = (snapshot: Snapshot): readonly string[] =>
    [...[...canonicalPieces(snapshot)].join('').matchAll(original)].map(([text]) => text);

  test('no original is left; without a mask they are there', () => {
    expect(found(real).length).toBeGreaterThan(500);
    expect(found(masked)).toEqual([]);
  });

  test('no password is left, whatever is masked', async () => {
    const plain = await maskSnapshot(real, { engine: postgres, columns: 'none' });
    expect(found(real).filter((text) => text.includes('hunter-77')).length).toBeGreaterThan(1);
    expect(found(plain).filter((text) => text.includes('hunter-77'))).toEqual([]);
  });
});
