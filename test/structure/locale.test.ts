import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { DatabaseLocale, Snapshot } from '../../src/engine/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { restoredDatabase, twinServer } from '../../src/twin/restored.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { asked, captured } from './sources.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;
const sql = `CREATE DOMAIN word AS text; CREATE TABLE t (id integer PRIMARY KEY, name text, code text COLLATE "C", label word, note text, n integer);
  CREATE INDEX t_name ON t (lower(name)); CREATE INDEX t_label ON t (label); CREATE INDEX t_code ON t (code); CREATE INDEX t_n ON t (n);`;

async function snapshotWith(locale: DatabaseLocale, encoding = 'UTF8'): Promise<Snapshot> {
  const snapshot = await captured(await testDatabase({ sql }));
  return { ...snapshot, locale, source: { ...snapshot.source, encoding } };
}

const facts = `SELECT format('%s %s %s %s %s', datlocprovider, datcollate, datctype, datlocale, pg_encoding_to_char(encoding)) FROM pg_database WHERE datname = current_database()`;

describe('the locale of a twin', () => {
  test.each([
    [{ provider: 'icu', collate: 'C', ctype: 'C.UTF-8', locale: 'de-DE' }, 'i C C.UTF-8 de-DE UTF8'],
    [{ provider: 'icu', collate: 'C', ctype: 'C', locale: 'en-US', rules: '& z < a' }, 'i C C en-US UTF8'],
    [{ provider: 'libc', collate: 'C', ctype: 'C.UTF-8' }, 'c C C.UTF-8  UTF8'],
    [{ provider: 'builtin', collate: 'C', ctype: 'C', locale: 'C.UTF-8' }, 'b C C C.UTF-8 UTF8'],
  ] as readonly (readonly [DatabaseLocale, string])[])("is the source's: %j", async (locale, wanted) => {
    const snapshot = await snapshotWith(locale);
    const made = await restoredDatabase({
      engine: postgres,
      sandbox: await testSandbox(),
      snapshot,
      signal,
    });
    expect(await asked(made.database, facts)).toEqual([wanted]);
    expect(made.notExact.filter(({ what }) => !what.startsWith('role '))).toEqual([]);
    if (locale.rules)
      expect(
        await asked(
          made.database,
          "SELECT string_agg(v, '' ORDER BY v) FROM (VALUES ('a'), ('b'), ('z')) x(v)",
        ),
      ).toEqual(['bza']);
  });

  test('keeps the encoding', async () => {
    const snapshot = await snapshotWith({ provider: 'libc', collate: 'C', ctype: 'C' }, 'LATIN1');
    const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
    expect(await asked(made.database, facts)).toEqual(['c C C  LATIN1']);
  });

  test('that the machine lacks is replaced, and each column whose order counts is named', async () => {
    const snapshot = await snapshotWith({ provider: 'libc', collate: 'xx_XX.UTF-8', ctype: 'xx_XX.UTF-8' });
    const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
    expect(await asked(made.database, facts)).toEqual(['i C.UTF-8 C.UTF-8 xx-XX UTF8']);
    expect(made.notExact.map(({ what }) => what).filter((what) => !what.startsWith('role '))).toEqual([
      `locale of the database ${snapshot.source.database}`,
      'column public.t.name',
      'column public.t.label',
    ]);
    expect(made.notExact[0]!.why).toContain('xx_XX.UTF-8 of the C library is not available here');
  });

  test('of the C library is only told when its classes alone are missing', async () => {
    const snapshot = await snapshotWith({
      provider: 'icu',
      collate: 'xx_XX.UTF-8',
      ctype: 'xx_XX.UTF-8',
      locale: 'en-US',
    });
    const made = await restoredDatabase({ engine: postgres, sandbox: await testSandbox(), snapshot, signal });
    expect(await asked(made.database, facts)).toEqual(['i C.UTF-8 C.UTF-8 en-US UTF8']);
    expect(made.notExact.map(({ what }) => what).filter((what) => !what.startsWith('role '))).toEqual([
      `locale of the database ${snapshot.source.database}`,
    ]);
  });
});

describe('the server of a twin', () => {
  test('that is not there names the command that brings it', async () => {
    const snapshot = await snapshotWith({ provider: 'libc', collate: 'C', ctype: 'C' });
    const future = { ...snapshot, source: { ...snapshot.source, versionNumber: 990_001 } };
    await expect(twinServer({ engine: postgres, snapshot: future, emit })).rejects.toMatchObject({
      code: 'sandbox.no-server',
      hint: expect.stringContaining('dbd sandbox install 99'),
    });
  });

  test('may be one that was named by a URL: it gets no roles, and that is said', async () => {
    const snapshot = await snapshotWith({
      provider: 'builtin',
      collate: 'C',
      ctype: 'C',
      locale: 'C.UTF-8',
    });
    const owner = 'somebody_else';
    const other: Snapshot = {
      ...snapshot,
      catalog: {
        ...snapshot.catalog,
        tables: snapshot.catalog.tables.map((table) => ({
          ...table,
          owner,
          grants: [{ to: owner, privilege: 'SELECT', grantable: false }],
        })),
      },
      roles: [
        {
          name: owner,
          superuser: false,
          inherit: true,
          login: true,
          bypassRowSecurity: false,
          memberOf: [],
        },
      ],
    };
    const host = await startSandbox(postgres);
    try {
      const url = (await host.createDatabase()).adminUrl;
      const sandbox = await twinServer({ engine: postgres, snapshot: other, named: url, emit });
      try {
        const made = await restoredDatabase({ engine: postgres, sandbox, snapshot: other, signal });
        expect([made.leftOut, made.differences]).toEqual([[], []]);
        expect(made.notExact.map(({ what }) => what)).toEqual(['roles']);
        expect(
          await asked(made.database, `SELECT count(*) FROM pg_roles WHERE rolname = '${owner}'`),
        ).toEqual([0]);
      } finally {
        await sandbox.stop();
      }
    } finally {
      await host.stop();
    }
  });

  test('leaves no database behind when the work is ended', async () => {
    const snapshot = await snapshotWith({ provider: 'libc', collate: 'C', ctype: 'C' });
    const sandbox = await testSandbox();
    const count = async (): Promise<readonly unknown[]> =>
      asked(await testDatabase({ sql }), 'SELECT count(*)::int FROM pg_database');
    const [before] = (await count()) as readonly number[];
    await expect(
      restoredDatabase({
        engine: postgres,
        sandbox,
        snapshot,
        signal: AbortSignal.abort(new Error('ended')),
      }),
    ).rejects.toThrow('ended');
    expect(await count()).toEqual([before! + 1]);
  });
});
