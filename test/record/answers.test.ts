import { connect, type Socket } from 'node:net';
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { ServerRequest } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';
import { parseUrl } from '../../src/engines/postgres/url.ts';
import {
  Framer,
  int32,
  message,
  oneStatement,
  sync,
  text,
} from '../../src/engines/postgres/record/frames.ts';

/** Name, column number, type, length, modifier and format of each column; table ids differ between databases. */
function columns(body: Buffer): string[] {
  const found: string[] = [];
  for (let at = 2; at < body.length;) {
    const end = body.indexOf(0, at);
    const from = end + 5;
    found.push(
      [
        body.toString('utf8', at, end),
        body.readInt16BE(from),
        body.readInt32BE(from + 2),
        body.readInt16BE(from + 6),
        body.readInt32BE(from + 8),
        body.readInt16BE(from + 12),
      ].join(' '),
    );
    at = end + 19;
  }
  return found;
}

/** Messages of one unit; where an error was raised in the server's source and process ids are left out. */
async function ask(socket: Socket, framer: Framer, bytes: Buffer): Promise<string[]> {
  const answers: string[] = [];
  socket.write(bytes);
  for (;;) {
    const frame = framer.take();
    if (!frame) {
      await new Promise((resolve) => socket.once('data', resolve));
      continue;
    }
    if (frame.type === 'E' || frame.type === 'N')
      answers.push(
        `${frame.type} ${frame.body
          .toString()
          .split('\0')
          .filter((field) => !/^[FLR]/.test(field))
          .join(' | ')}`,
      );
    else if (frame.type === 'T') answers.push(`T ${columns(frame.body).join(', ')}`);
    else if (frame.type === 'A') answers.push(`A ${frame.body.toString('latin1', 4)}`);
    else answers.push(`${frame.type} ${frame.body.toString()}`);
    if (frame.type === 'Z') return answers;
  }
}

async function open(url: string, password?: string): Promise<{ socket: Socket; framer: Framer }> {
  const { host, port, user, database } = parseUrl(url);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  const framer = new Framer();
  socket.on('data', (chunk: Buffer) => framer.push(chunk));
  const start = message(
    '',
    int32(196608),
    ...['user', user, 'database', database].map(text),
    Buffer.alloc(1),
  );
  await ask(
    socket,
    framer,
    password === undefined ? start : Buffer.concat([start, message('p', text(password))]),
  );
  return { socket, framer };
}

const query = (sql: string): Buffer => message('Q', text(sql));

/** Each is one unit, run in order in one session. */
const units: readonly (readonly [string, Buffer])[] = [
  '',
  ';',
  '-- only a comment',
  'SELECT 1 AS one, NULL AS none, now() IS NOT NULL',
  'SELECT',
  'SELECT 1; SELECT 2, 3;;',
  'CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, $$a$$), (2, NULL) RETURNING *; TABLE t',
  'INSERT INTO t VALUES (1, $$dup$$)',
  `SELECT 'ö'; SELECT nope`,
  'SELECT 1; SELEC 2',
  'INSERT INTO t VALUES (10); INSERT INTO t VALUES (10); INSERT INTO t VALUES (11)',
  'SELECT count(*) FROM t',
  'SET LOCAL lock_timeout = 1000',
  'SET LOCAL lock_timeout = 1000; SELECT 1',
  'LOCK TABLE t',
  'LOCK TABLE t; SELECT 1',
  'SAVEPOINT a; SELECT 1',
  'DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id; FETCH ALL FROM c',
  'COMMIT',
  'INSERT INTO t VALUES (20); COMMIT; INSERT INTO t VALUES (21); SELECT 1/0',
  'INSERT INTO t VALUES (30); ROLLBACK; INSERT INTO t VALUES (31)',
  'BEGIN; INSERT INTO t VALUES (40); COMMIT; SET LOCAL lock_timeout = 5; LOCK TABLE t; INSERT INTO t VALUES (41)',
  'BEGIN; INSERT INTO t VALUES (50); SELECT 1/0; COMMIT',
  'SELECT 1',
  'ROLLBACK',
  'BEGIN ISOLATION LEVEL SERIALIZABLE; SHOW transaction_isolation; SAVEPOINT s; ROLLBACK TO s; RELEASE s; END',
  'INSERT INTO t VALUES (60); BEGIN; INSERT INTO t VALUES (61); ROLLBACK; INSERT INTO t VALUES (62)',
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SHOW transaction_isolation',
  'SELECT id FROM t ORDER BY id',
  `DO $$ BEGIN RAISE NOTICE 'hi %', 1; END $$; DO $$ BEGIN RAISE WARNING 'w' USING HINT = 'h'; END $$`,
  `DO $$ BEGIN INSERT INTO t VALUES (70); COMMIT; END $$; SELECT 1`,
  `DO $$ BEGIN INSERT INTO t VALUES (71); COMMIT; END $$`,
  'CREATE PROCEDURE p(INOUT x int) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; COMMIT; END $$',
  'CALL p(1)',
  'CALL p(1); SELECT 2',
  'PREPARE q (int) AS SELECT $1 + 1; EXECUTE q(4); DEALLOCATE q',
  'SELECT $1',
  'SELECT 1; SELECT $1::int',
  'EXPLAIN (COSTS off) SELECT * FROM t WHERE id = 1',
  'SHOW search_path; SET search_path = pg_catalog; RESET search_path',
  'VACUUM t',
  'VACUUM t; SELECT 1',
  'SELECT 1; CREATE INDEX CONCURRENTLY ON t (v)',
  'COPY t TO STDOUT',
  'COPY t (id) TO STDOUT; SELECT 1',
  `CREATE TABLE u AS SELECT 1 AS a; CREATE VIEW w AS SELECT * FROM u; CREATE MATERIALIZED VIEW m AS SELECT * FROM u; REFRESH MATERIALIZED VIEW m; DROP TABLE u`,
  'DROP TABLE nothing_here; SELECT 1',
  'DROP TABLE IF EXISTS nothing_here; SELECT 1',
  'SET client_encoding = LATIN1',
  'SELECT 1; SELECT 2',
  'RESET client_encoding',
  'SET standard_conforming_strings = off',
  `SELECT 'a\\'b'; SELECT 2`,
  'RESET standard_conforming_strings',
  'BEGIN; LISTEN x; NOTIFY x; COMMIT',
].map((sql) => [sql, query(sql)] as const);

const extended: readonly (readonly [string, Buffer])[] = [
  [
    'a pipeline',
    Buffer.concat([oneStatement(Buffer.from('SELECT 1')), oneStatement(Buffer.from('SELECT 2')), sync]),
  ],
  [
    'a pipeline that fails',
    Buffer.concat([
      oneStatement(Buffer.from('INSERT INTO t VALUES (80)')),
      oneStatement(Buffer.from('SELECT 1/0')),
      oneStatement(Buffer.from('SELECT 2')),
      sync,
    ]),
  ],
  [
    'parse error',
    Buffer.concat([message('P', text('n'), text('SELEC'), Buffer.alloc(2)), message('D', text('Sn')), sync]),
  ],
  [
    'prepare and describe',
    Buffer.concat([
      message('P', text('n'), text('SELECT $1::int + 1'), Buffer.alloc(2)),
      message('D', text('Sn')),
      sync,
    ]),
  ],
  ['unknown portal', Buffer.concat([message('E', text('nowhere'), int32(0)), sync])],
  ['close', Buffer.concat([message('C', text('Sn')), message('C', text('Pnone')), sync])],
  ['empty', Buffer.concat([oneStatement(Buffer.from('')), sync])],
  ['only sync', sync],
  ['copy out', Buffer.concat([oneStatement(Buffer.from('COPY (SELECT 1) TO STDOUT')), sync])],
  [
    'copy in',
    Buffer.concat([
      message('P', text(''), text('COPY t (id) FROM STDIN'), Buffer.alloc(2)),
      message('B', Buffer.alloc(8)),
      message('E', text(''), int32(0)),
      sync,
      message('d', Buffer.from('90\n')),
      message('c'),
      sync,
    ]),
  ],
  [
    'copy in that fails',
    Buffer.concat([
      message('P', text(''), text('COPY t (id) FROM STDIN'), Buffer.alloc(2)),
      message('B', Buffer.alloc(8)),
      message('E', text(''), int32(0)),
      message('d', Buffer.from('x\n')),
      message('f', text('why')),
      sync,
    ]),
  ],
  [
    'simple copy in',
    Buffer.concat([query('COPY t (id) FROM STDIN'), message('d', Buffer.from('91\n')), message('c')]),
  ],
  [
    'simple copy in that the client fails',
    Buffer.concat([
      query('COPY t (id) FROM STDIN'),
      message('d', Buffer.from('92\n')),
      message('f', text('no')),
    ]),
  ],
  ['rows', query('SELECT id FROM t WHERE id >= 80 ORDER BY id')],
];

/** The oldest major version that this machine has beside the bundled one. */
const installed = '/usr/lib/postgresql/15/bin';

const servers: readonly (readonly [string, ServerRequest])[] = [
  ['the bundled server', {}],
  ['an installed PostgreSQL 15', { named: installed }],
];

test.each(servers)('every answer is the same with and without the proxy: %s', async (_name, request) => {
  if (request.named && !need(existsSync(installed), 'PostgreSQL 15: apt install postgresql-15')) return;
  const sandbox = await startSandbox(postgres, request);
  onTestFinished(() => sandbox.stop());
  const [behind, without] = [await sandbox.createDatabase(), await sandbox.createDatabase()];
  const watcher = await postgres.watch.open(behind.adminUrl, sandbox.log);
  const proxy = await postgres.record.start({ ownerUrl: behind.ownerUrl, watcher });
  const [a, b] = [await open(without.ownerUrl), await open(proxy.url, proxy.password)];
  const differences: unknown[] = [];
  for (const [name, bytes] of [...units, ...extended]) {
    const [want, got] = [await ask(a.socket, a.framer, bytes), await ask(b.socket, b.framer, bytes)];
    if (JSON.stringify(got) !== JSON.stringify(want)) differences.push({ name, want, got });
  }
  a.socket.destroy();
  b.socket.destroy();
  await proxy.close();
  await watcher.close();
  expect(differences).toEqual([]);
});
