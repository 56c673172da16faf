/** Workloads from files: named queries, plain SQL, server logs, or a folder of any of them. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { CapturedWorkload, Engine } from '../../engine/model.ts';
import type { NamedQuery } from '../../workload/model.ts';
import { readWorkload } from '../../workload/read.ts';
import { GroupedCalls, type Call } from './grouped.ts';

/** What files hold, told like a server's counters. */
export interface FileWorkload {
  /** Calls without a known time cover one day. */
  readonly captured: CapturedWorkload;
  /** Statements that do not parse: place and text. */
  readonly unreadable: readonly { readonly name: string; readonly sql: string }[];
  /** Targets of named queries, milliseconds. */
  readonly targets: ReadonlyMap<string, number>;
  readonly limits: readonly string[];
}

export interface FileOptions {
  readonly engine: Engine;
  readonly path: string;
  /** The path as it was given. */
  readonly shown: string;
  readonly encoding: string;
  readonly signal: AbortSignal;
}

const secondsOfDay = 86_400;
/** Values of a parameter that are tried, however wide its range is. */
const valuesTried = 6;
/** Largest file of SQL, bytes; logs are read as streams. */
const largest = 256 * 1024 * 1024;
/** Statements that do not parse and are kept to be told. */
const keptUnreadable = 1000;

interface Reading {
  readonly grouped: GroupedCalls;
  readonly unreadable: { name: string; sql: string }[];
  readonly targets: Map<string, number>;
  readonly limits: Set<string>;
  readonly counts: { files: number; statements: number; unreadable: number; faults: number };
}

/** Reads a file or a folder; throws `file.*`, `workload.invalid`, and `workload.invalid` where nothing is a statement. */
export async function readFiles(options: FileOptions): Promise<FileWorkload> {
  const { engine, path, shown, signal } = options;
  await engine.grammar.ready();
  const reading: Reading = {
    grouped: new GroupedCalls(engine),
    unreadable: [],
    targets: new Map(),
    limits: new Set(),
    counts: { files: 0, statements: 0, unreadable: 0, faults: 0 },
  };
  for (const file of await filesOf(path, shown)) {
    signal.throwIfAborted();
    const name = file === path ? shown : join(shown, relative(path, file));
    reading.counts.files += 1;
    if (/\.sql$/i.test(file)) await readSql(options, file, name, reading);
    else await readLog(options, file, reading);
  }
  const { counts, grouped, unreadable, targets, limits } = reading;
  const statements = grouped.statements();
  if (statements.length === 0 && unreadable.length === 0)
    fail('workload.invalid', `${shown} holds no statement.`, {
      hint: 'Give SQL files, a folder of them, or a log written with log_min_duration_statement.',
    });
  if (counts.faults > 0)
    limits.add(
      `${plural(counts.faults, 'log entry', 'log entries')} could not be used: cut off or too long.`,
    );
  if (counts.unreadable > unreadable.length)
    limits.add(
      `${plural(counts.unreadable, 'statement')} did not parse; the first ${keptUnreadable} are listed.`,
    );
  return {
    captured: {
      source: `${shown}: ${plural(counts.statements, 'call')} of ${plural(statements.length, 'statement')} in ${plural(counts.files, 'file')}`,
      statements,
      counted: {
        statements: statements.length,
        calls: statements.reduce((sum, { calls }) => sum + calls, 0),
        totalMs: statements.reduce((sum, { totalMs }) => sum + totalMs, 0),
      },
    },
    unreadable,
    targets,
    limits: [...limits],
  };
}

async function filesOf(path: string, shown: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) =>
    fail('file.missing', `The workload ${shown} does not exist.`, {
      cause,
      hint: 'Name a file of queries, a log, or a folder of them.',
    }),
  );
  if (!found.isDirectory()) return [path];
  const inside = await readdir(path, { recursive: true, withFileTypes: true });
  return inside
    .filter((one) => one.isFile() && /\.(?:sql|log|csv|jsonl?|log\.gz|csv\.gz|json\.gz)$/i.test(one.name))
    .map((one) => join(one.parentPath, one.name))
    .toSorted();
}

async function readSql({ engine }: FileOptions, file: string, name: string, reading: Reading): Promise<void> {
  const { size } = await stat(file);
  if (size > largest) fail('file.unreadable', `${name} is larger than 256 MiB.`, { hint: 'Split it.' });
  const text = await readFile(file, 'utf8');
  if (/^\s*--\s*name:/im.test(text)) {
    for (const query of readWorkload(text, name).queries) addNamed(engine, query, reading);
    return;
  }
  reading.limits.add(
    'Statements of plain SQL files count as one call a day each time they are written; give rates with `-- name:` and `-- rate:` lines.',
  );
  let at = 0;
  for (const sql of engine.capturedSql.pieces(text)) {
    at += 1;
    take(reading, `${name}, statement ${at}`, { sql, parameters: [] });
  }
}

function take(reading: Reading, name: string, call: Call): void {
  reading.counts.statements += call.calls ?? 1;
  if (reading.grouped.add(call)) return;
  reading.counts.unreadable += 1;
  if (reading.unreadable.length < keptUnreadable) reading.unreadable.push({ name, sql: call.sql });
}

/** Calls of a day at its declared rate; the name stays with the text, as a comment. */
function addNamed({ grammar }: Engine, query: NamedQuery, reading: Reading): void {
  const { sql, names } = grammar.parameters(query.sql);
  if (query.p95 !== undefined) reading.targets.set(query.name, query.p95);
  if (query.rateAssumed)
    reading.limits.add('Queries without a `-- rate:` line are assumed to be called once a second.');
  const sets = setsOf(query, names);
  const calls = Math.max(1, Math.round((query.rate.perSecond * secondsOfDay) / Math.max(1, sets.length)));
  for (const parameters of sets.length > 0 ? sets : [[]])
    take(reading, query.name, { sql: `/* name: ${query.name} */ ${sql}`, parameters, calls });
}

/** Sets of values where all parameters are described by values or ranges; none otherwise: they are drawn then. */
function setsOf({ params, sets }: NamedQuery, names: readonly string[]): readonly (readonly string[])[] {
  const columns = names.map((name) => {
    const at = sets?.names.indexOf(name) ?? -1;
    if (sets && at >= 0) return sets.rows.slice(0, valuesTried).map((row) => String(row[at]));
    const source = params[name];
    if (source?.kind === 'values') return source.values.slice(0, valuesTried).map(String);
    if (source?.kind === 'range')
      return Array.from({ length: valuesTried }, (_, i) =>
        String(Math.round(source.from + ((source.to - source.from) * i) / (valuesTried - 1))),
      );
    return [];
  });
  if (names.length === 0 || columns.some(({ length }) => length === 0)) return [];
  const most = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => columns.map((column) => column[i % column.length]!));
}

async function readLog(
  { engine, encoding, signal }: FileOptions,
  file: string,
  reading: Reading,
): Promise<void> {
  reading.limits.add('Calls of logs are taken for those of one day.');
  for await (const one of engine.capturedSql.readLog(file, { encoding, signal })) {
    if (one.kind === 'fault') {
      reading.counts.faults += 1;
      continue;
    }
    const pieces = engine.capturedSql.pieces(one.sql);
    for (const sql of pieces)
      take(reading, 'a log entry', {
        sql,
        parameters: one.parameters,
        // The time is that of all pieces together.
        ...(one.ms === undefined || pieces.length > 1 ? {} : { ms: one.ms }),
      });
  }
}
