import { afterEach, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { board, type Board } from './board.ts';

let open: Board | undefined;
afterEach(() => open?.session.close());

const devices = `CREATE TABLE devices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial text);
  INSERT INTO devices (serial) SELECT 'd' || n FROM generate_series(1, 3) AS n;`;

const readings = (more = '', key = 'identity', every = 'month'): string => `
entities:
  E1 Reading:
    key: ${key}
    partition: { by: recorded_at, every: ${every}, ahead: 2 }
    fields: { recorded_at: { type: instant, default: now }, value: { type: decimal(9,3), required: true, check: value > -1000 } }
relations:
  L1: { from: E1, to: devices, name: device, required: true, on_delete: cascade }
${more}`;

const kept = `lifecycle:
  C1: { of: E1, keep: 90 days, then: delete }`;

/** Names of the partitions in order. */
const parts = `SELECT relid::regclass FROM pg_partition_tree('readings') WHERE isleaf ORDER BY relid::regclass::text`;

test('a table by month has the partitions of the rows that are kept and of those to come, and its function makes no second one', async () => {
  const { session, texts, after, design } = (open = await board(readings(kept), devices));
  const table = after.tables.find(({ name }) => name === 'readings')!;
  expect(table.kind).toBe('partitioned');
  expect(table.constraints.find(({ kind }) => kind === 'primary')!.columns).toEqual(['id', 'recorded_at']);
  // 90 days back, this month, two ahead.
  const made = await texts(parts);
  expect(made.length).toBeGreaterThanOrEqual(6);
  expect(made.length).toBeLessThanOrEqual(7);
  expect(await texts('SELECT partition FROM readings_partitions()')).toEqual([]);
  await session.run(`INSERT INTO readings (device_id, value) VALUES (1, 1);
    INSERT INTO readings (device_id, value, recorded_at) VALUES (1, 2, now() - interval '90 days')`);
  expect(
    await open.attempt(
      `INSERT INTO readings (device_id, value, recorded_at) VALUES (1, 2, now() + interval '9 months')`,
    ),
  ).toBe('23514');
  expect(await texts('SELECT partition FROM readings_partitions(4)')).toHaveLength(2);
  expect(await texts(parts)).toHaveLength(made.length + 2);
  expect(design.parted[0]).toMatchObject({ lifecycle: 'C1', expired: { keepDays: 90, act: 'drop' } });
  expect(design.purges.size).toBe(0);
});

test('partitions that the function makes are like those of the change', async () => {
  const { session, after } = (open = await board(readings(kept), devices));
  await session.query('SELECT * FROM readings_partitions(3)');
  const now = await postgres.inspect(session);
  const old = after.tables.find(({ partitionOf }) => partitionOf)!;
  const made = now.tables.find(({ name }) => !after.tables.some((table) => table.name === name))!;
  const shape = (table: typeof old) => ({
    columns: table.columns.map(({ name, type, notNull, default: value }) => ({ name, type, notNull, value })),
    constraints: table.constraints
      .map(({ kind, columns, definition }) => ({ kind, columns, definition }))
      .toSorted((a, b) => a.definition.localeCompare(b.definition)),
    indexes: table.indexes
      .map(({ keys, unique, method }) => ({ keys, unique, method }))
      .toSorted((a, b) => a.keys.join().localeCompare(b.keys.join())),
  });
  expect(shape(made)).toEqual(shape(old));
  // Its own bound is checked, and the parent's foreign key too.
  await session.run(
    `INSERT INTO readings (device_id, value, recorded_at) SELECT 2, 1, now() + interval '3 months'`,
  );
  expect(
    await open.attempt(
      `INSERT INTO readings (device_id, value, recorded_at) VALUES (99, 1, now() + interval '3 months')`,
    ),
  ).toBe('readings_device_id_fkey');
});

test('an expired partition is dropped with its rows, one that is in use is left for the next call', async () => {
  const { session, texts, url } = (open = await board(readings(kept), devices));
  const oldest = (await texts(parts))[0]!;
  await session.run(`CREATE TABLE readings_old PARTITION OF readings FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');
    INSERT INTO readings (device_id, value, recorded_at) VALUES (1, 1, '2020-01-05'), (1, 1, now())`);
  const reader = await postgres.connect(url);
  try {
    await reader.run('BEGIN; SELECT count(*) FROM readings');
    expect(await texts('SELECT done FROM readings_partitions()')).toEqual(['kept: it is in use, call again']);
    expect(await texts('SELECT count(*) FROM readings')).toEqual(['2']);
    await reader.run('COMMIT');
  } finally {
    await reader.close();
  }
  const { rows } = await session.query('SELECT * FROM readings_partitions()');
  expect(rows).toEqual([{ partition: 'readings_old', done: 'dropped' }]);
  expect(await texts('SELECT count(*) FROM readings')).toEqual(['1']);
  expect(await texts(parts)).toContain(oldest);
});

test('two callers at once make each partition once', async () => {
  const { session, texts, url } = (open = await board(readings(kept), devices));
  const names = (await texts(parts)).slice(-2);
  for (const name of names) await session.query(`DROP TABLE ${name}`);
  const callers = await Promise.all(Array.from({ length: 4 }, () => postgres.connect(url)));
  try {
    const made = await Promise.all(
      callers.map((caller) => caller.query<{ partition: string }>('SELECT * FROM readings_partitions()')),
    );
    expect(made.flatMap(({ rows }) => rows.map(({ partition }) => partition)).toSorted()).toEqual(
      names.toSorted(),
    );
  } finally {
    await Promise.all(callers.map((caller) => caller.close()));
  }
});

test('whoever refers to a row carries its time, and its partition is dropped only when it is empty', async () => {
  const { design, session, texts, after, attempt } = (open = await board(
    readings(kept).replace(
      'relations:',
      '  E2 Note:\n    fields: { text: { type: text, required: true } }\nrelations:\n  L2: { from: E2, to: E1, name: reading, required: true, on_delete: cascade }',
    ),
    devices,
  ));
  const note = after.tables.find(({ name }) => name === 'notes')!;
  expect(note.constraints.find(({ kind }) => kind === 'foreign')!.columns).toEqual([
    'reading_id',
    'reading_recorded_at',
  ]);
  expect(design.parted[0]!.expired!.act).toBe('empty');
  expect(design.purges.has('C1')).toBe(true);
  await session.run(`CREATE TABLE readings_old PARTITION OF readings FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');
    INSERT INTO readings (device_id, value, recorded_at) VALUES (1, 1, '2020-01-05'), (1, 1, now());
    INSERT INTO notes (reading_id, reading_recorded_at, text) SELECT id, recorded_at, 'n' FROM readings`);
  expect(await texts('SELECT done FROM readings_partitions()')).toEqual(['kept: rows are left in it']);
  await session.query(design.purges.get('C1')!.sql);
  expect(await texts('SELECT count(*) FROM readings')).toEqual(['1']);
  expect(await texts('SELECT count(*) FROM notes')).toEqual(['1']);
  expect(await texts('SELECT done FROM readings_partitions()')).toEqual(['dropped']);
  expect(
    await attempt(`INSERT INTO notes (reading_id, reading_recorded_at, text) VALUES (77, now(), 'n')`),
  ).toBe('notes_reading_id_reading_recorded_at_fkey');
});

test.each([
  ['identity', 'day'],
  ['uuid', 'week'],
  ['[device, recorded_at]', 'quarter'],
  ['uuid', 'year'],
])('key %s by %s', async (key, every) => {
  const { session, texts, after } = (open = await board(readings('', key, every), devices));
  await session.run(`INSERT INTO readings (device_id, value) VALUES (1, 1), (2, 1)`);
  const before = (await texts(parts)).length;
  expect(await texts('SELECT partition FROM readings_partitions(5)')).toHaveLength(3);
  expect(await texts(parts)).toHaveLength(before + 3);
  const primary = after.tables
    .find(({ name }) => name === 'readings')!
    .constraints.find(({ kind }) => kind === 'primary')!;
  expect(primary.columns.at(-1)).toBe('recorded_at');
});

test('dates and hostile names', async () => {
  const { session, texts } = (open = await board(`
entities:
  E1 Thing:
    table: 'weird "table''; DROP'
    partition: { by: 'der Tag', every: month, ahead: 1 }
    fields: { 'der Tag': { type: date, required: true } }
lifecycle:
  C1: { of: E1, keep: 30 days, then: archive }`));
  await session.run(`INSERT INTO "weird ""table'; DROP" (der_tag) VALUES (current_date)`);
  expect(await texts(`SELECT partition FROM "weird ""table'; DROP_partitions"(2)`)).toHaveLength(1);
  await session.run(
    `CREATE TABLE old PARTITION OF "weird ""table'; DROP" FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')`,
  );
  expect(await texts(`SELECT done FROM "weird ""table'; DROP_partitions"(2)`)).toEqual(['detached']);
  expect(await texts('SELECT count(*) FROM old')).toEqual(['0']);
});

test.each([
  [
    'a unique field',
    readings('').replace('value: {', 'value: { unique: true,'),
    /E1 asks that \(value\) is unique, but readings is partitioned by recorded_at/,
  ],
  ['a key', readings('', '[device]'), /E1 asks that \(device_id\) is unique/],
  [
    'a one-to-one relation',
    readings('').replace('required: true, on_delete', 'required: true, one: true, on_delete'),
    /L1 asks that \(device_id\) is unique/,
  ],
  [
    'a unique rule',
    readings('rules:\n  R1: { says: One value, of: E1, unique: [value] }'),
    /R1 asks that \(value\) is unique/,
  ],
  [
    'a text',
    readings('').replace('by: recorded_at', 'by: value'),
    /partitions are made by a date or an instant/,
  ],
  [
    'too many partitions',
    readings('lifecycle:\n  C1: { of: E1, keep: 5 years, then: delete }', 'identity', 'day'),
    /would begin with \d+ partitions, one per day/,
  ],
  [
    'a table that exists',
    readings('')
      .replace('key: identity', 'key: identity\n    table: devices')
      .replace(/relations:[^]*/, 'change: { kind: alter }'),
    /exists: a table in use cannot become partitioned in place/,
  ],
])('%s is refused', async (_name, block, message) => {
  await expect(board(block, devices)).rejects.toThrow(message);
});
