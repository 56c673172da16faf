/** Logs in every form that a server or its surroundings give them: auto_explain from real servers, damaged and foreign files from hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { LogFault, LoggedCall } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { scratch } from '../deliver/delivery.ts';
import { logFiles, loggingServer } from '../support/logging-server.ts';

const signal = new AbortController().signal;

async function read(path: string, encoding = 'UTF8'): Promise<readonly (LoggedCall | LogFault)[]> {
  const found: (LoggedCall | LogFault)[] = [];
  for await (const one of postgres.capturedSql.readLog(path, { encoding, signal })) found.push(one);
  return found;
}

const callsIn = (found: readonly (LoggedCall | LogFault)[]): readonly LoggedCall[] =>
  found.flatMap((one) => (one.kind === 'call' ? [one] : []));

async function readText(text: string | Buffer, name = 'server.log', encoding?: string) {
  const path = join(scratch(), name);
  writeFileSync(path, text);
  return read(path, encoding);
}

describe.each([15, 18])('auto_explain of PostgreSQL %i', (major) => {
  test('text, JSON, YAML and XML plans tell statement and values', async () => {
    const server = await loggingServer(major, '%m [%p] ', { log_min_duration_statement: '-1' });
    try {
      const session = await postgres.connect((await server.createDatabase()).adminUrl);
      await session.run('CREATE TABLE t (id int, word text)');
      for (const form of ['text', 'json', 'yaml', 'xml']) {
        await session.run(
          `SET auto_explain.log_min_duration = 0; SET auto_explain.log_format = '${form}'; SET auto_explain.log_verbose = on`,
        );
        await session.run(`SELECT id AS ${form}_plain\n  FROM t\n WHERE word = 'a "b" <c> it''s' AND id < 5`);
        await session.query(`SELECT id AS ${form}_bound FROM t WHERE word = $1 AND id = $2`, [
          `x "y" & it's`,
          null,
        ]);
      }
      await session.close();
      const files = await logFiles(server);
      for (const path of [files.stderr, files.csv, files.json]) {
        const found = await read(path);
        expect(found.filter(({ kind }) => kind === 'fault')).toEqual([]);
        for (const form of ['text', 'json', 'yaml', 'xml']) {
          const plain = callsIn(found).find(({ sql }) => sql.includes(`${form}_plain`));
          expect(plain?.sql, form).toBe(
            `SELECT id AS ${form}_plain\n  FROM t\n WHERE word = 'a "b" <c> it''s' AND id < 5`,
          );
          expect(plain?.ms).toBeGreaterThan(0);
          if (major >= 16) expect(plain?.ids.length).toBeGreaterThan(0);
          const bound = callsIn(found).find(({ sql }) => sql.includes(`${form}_bound`));
          // Values and ids came to auto_explain with PostgreSQL 16.
          expect(bound?.parameters, form).toEqual(major >= 16 ? [`x "y" & it's`, null] : []);
        }
      }
    } finally {
      await server.stop();
    }
  });
});

describe('text logs of others', () => {
  const entry = (prefix: string): string =>
    `${prefix}LOG:  duration: 1.5 ms  execute <unnamed>: SELECT *\n\tFROM t WHERE id = $1\n${prefix}DETAIL:  parameters: $1 = 'it''s'\n`;

  test.each([
    ['none', ''],
    ['a managed service', '2026-11-20 18:36:00 UTC:10.0.0.5(51234):app@shop:[4711]:'],
    ['one with colons and words', '[ERROR-like: app] 2026-11-20 LOG-ish 4711: '],
    ['an id of the statement', '4711 -3520542221777043204 '],
  ])('prefix: %s', async (_, prefix) => {
    const calls = callsIn(await readText(entry(prefix) + entry(prefix)));
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ sql: 'SELECT *\nFROM t WHERE id = $1', parameters: ["it's"], ms: 1.5 });
    expect(calls[0]!.ids).toEqual(prefix.includes('-352') ? ['-3520542221777043204'] : []);
  });

  test('syslog numbers its lines and writes tabs as octal', async () => {
    const text = [
      'Nov 20 18:36:00 db1 postgres[4711]: [7-1] app@shop LOG:  duration: 2 ms  statement: SELECT 1',
      'Nov 20 18:36:00 db1 postgres[4711]: [7-2] #011FROM t WHERE id = 3',
      'Nov 20 18:36:01 db1 postgres[4711]: [8-1] app@shop LOG:  connection received',
    ].join('\n');
    expect(callsIn(await readText(text)).map(({ sql }) => sql)).toEqual(['SELECT 1\nFROM t WHERE id = 3']);
  });

  test('other entries, errors and their statements are no calls', async () => {
    const text = `1|ERROR:  syntax error\n1|STATEMENT:  SELECT broken\n1|LOG:  checkpoint starting: time\n1|LOG:  duration: 3 ms\n1|LOG:  duration: 3 ms  parse S_1: SELECT 1\n1|LOG:  duration: 1 ms  bind S_1: SELECT 1\n`;
    expect(await readText(text)).toEqual([]);
  });

  test('line ends of Windows, UTF-16, a mark at the beginning, gzip', async () => {
    const text = entry('1|').replaceAll('\n', '\r\n');
    const first = callsIn(await readText(text));
    expect(first).toHaveLength(1);
    expect(first[0]!.sql).toBe('SELECT *\nFROM t WHERE id = $1');
    expect(callsIn(await readText(Buffer.from(`\uFEFF${text}`, 'utf16le')))).toEqual(first);
    expect(callsIn(await readText(`\uFEFF${text}`))).toEqual(first);
    expect(callsIn(await readText(gzipSync(text), 'server.log.1.gz'))).toEqual(first);
  });

  test('what is not UTF-8 has the encoding of the database', async () => {
    const line = (word: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`1|LOG:  statement: SELECT '`), word, Buffer.from(`'\n`)]);
    const text = Buffer.concat([line(Buffer.from([0xe9])), line(Buffer.from('é'))]);
    expect(callsIn(await readText(text, 'a.log', 'LATIN1')).map(({ sql }) => sql)).toEqual([
      `SELECT 'é'`,
      `SELECT 'é'`,
    ]);
    const japanese = line(Buffer.from([0x93, 0xfa, 0x96, 0x7b]));
    expect(callsIn(await readText(japanese, 'a.log', 'SJIS'))[0]?.sql).toBe(`SELECT '日本'`);
  });
});

describe('damaged logs', () => {
  const csv = (message: string, detail = ''): string =>
    `2026-11-20 18:36:00.123 UTC,"app","shop",4711,"[local]",6a.1,5,"SELECT",2026-11-20 18:00:00 UTC,3/1,0,LOG,00000,"${message}","${detail}",,,,,,,,"app","client backend",,77\n`;

  test('values that the server cut off are not taken for values', async () => {
    expect(await readText(`1|LOG:  execute s: SELECT $1\n1|DETAIL:  Parameters: $1 = 'abc...'\n`)).toEqual([
      { kind: 'fault', why: 'values cut' },
    ]);
  });

  test('a record without its end is dropped, and the next is read', async () => {
    const half = csv('duration: 1 ms  statement: SELECT 1').slice(0, -40);
    const found = await readText(
      `${csv('duration: 1 ms  statement: SELECT 0')}${half}\n${csv('duration: 2 ms  statement: SELECT 2')}`,
    );
    expect(callsIn(found).map(({ sql }) => sql)).toEqual(['SELECT 0', 'SELECT 2']);
    expect(found).toContainEqual({ kind: 'fault', why: 'cut' });
    const whole = csv('duration: 1 ms  statement: SELECT 1');
    const quote = whole.slice(0, whole.indexOf('SELECT 1') + 4);
    const open = await readText(`${csv('statement: SELECT 0')}${quote}\n${csv('statement: SELECT 2')}`);
    expect(callsIn(open).map(({ sql }) => sql)).toEqual(['SELECT 0', 'SELECT 2']);
  });

  test('half a line of JSON, half a plan', async () => {
    const line = JSON.stringify({ message: 'statement: SELECT 1', dbname: 'shop', query_id: 1 });
    expect(await readText(`${line}\n${line.slice(0, 30)}\n`)).toEqual([
      { kind: 'call', sql: 'SELECT 1', parameters: [], ids: ['1'], database: 'shop' },
      { kind: 'fault', why: 'cut' },
    ]);
    expect(await readText(`1|LOG:  duration: 1 ms  plan:\n\t{\n\t  "Query Text": "SELECT\n`)).toEqual([
      { kind: 'fault', why: 'cut' },
    ]);
  });

  test('a line of many megabytes is passed over without being held', async () => {
    const long = `1|LOG:  statement: SELECT '${'x'.repeat(5_000_000)}'\n`;
    const found = await readText(`1|LOG:  statement: SELECT 1\n${long}1|LOG:  statement: SELECT 2\n`);
    expect(callsIn(found).map(({ sql }) => sql)).toEqual(['SELECT 1', 'SELECT 2']);
    expect(found).toContainEqual({ kind: 'fault', why: 'too long' });
  });

  test('a binary file, an empty one, and a folder', async () => {
    expect(
      callsIn(await readText(Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 37) % 256)))),
    ).toEqual([]);
    expect(await readText('')).toEqual([]);
    await expect(read(scratch())).rejects.toMatchObject({ code: 'file.unreadable' });
    await expect(readText('not gzip', 'a.gz')).rejects.toMatchObject({ code: 'file.unreadable' });
  });
});
