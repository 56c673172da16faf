/** The databases of the contest: structure and rows made inside the server, and what is asked of them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../../src/sandbox/model.ts';
import { snapshotOf } from '../../hollow/plans.ts';

/** `orders`: facts, dimensions and reports; `application`: tenants, deleted rows, documents, queues, events. */
export type ShapeName = 'orders' | 'application';

export interface ShapeQuery {
  readonly name: string;
  readonly sql: string;
  readonly kind: 'read' | 'write';
  readonly callsPerDay: number;
  readonly sets: readonly ShapeSet[];
}

export interface ShapeSet {
  readonly values: readonly unknown[];
  /** Values of another call of this kind: other rows are written, new ones are new. */
  readonly at: (call: number) => readonly unknown[];
  readonly share: number;
  readonly kind: 'common' | 'skewed';
}

/** A database with its rows, and what is known of it. */
export interface Filled {
  readonly shape: ShapeName;
  readonly database: SandboxDatabase;
  readonly snapshot: Snapshot;
  readonly queries: readonly ShapeQuery[];
  /** Bytes of its tables, without any index. */
  readonly dataBytes: number;
}

const folder = join(import.meta.dirname, 'schemas');

/** Extensions that a shape's server has. */
const extensions: Readonly<Record<ShapeName, readonly string[]>> = { orders: [], application: ['pg_trgm'] };

/** Rows of the table that the others follow, so that tables and indexes take some 130 MB. */
const usualRows = 120_000;

/** Makes the database in a sandbox, with so many rows in the table that the others follow, and takes its snapshot. */
export async function filledShape(sandbox: Sandbox, shape: ShapeName, rows = usualRows): Promise<Filled> {
  const database = await sandbox.createDatabase();
  for (const extension of extensions[shape]) await sandbox.installExtension(database, extension);
  const session = await postgres.connect(database.ownerUrl);
  try {
    await session.run("SET timezone = 'UTC'; SET max_parallel_workers_per_gather = 0");
    for (const statement of structureOf(shape, rows)
      .split(/;\n/)
      .filter((text) => text.trim() !== ''))
      await session.run(statement);
  } finally {
    await session.close();
  }
  const snapshot = await snapshotOf(database.adminUrl);
  const dataBytes = snapshot.relations
    .filter(({ kind }) => kind === 'table')
    .reduce((sum, { bytes = 0, toastBytes = 0 }) => sum + bytes + toastBytes, 0);
  return { shape, database, snapshot, dataBytes, queries: queriesOf(shape, rows) };
}

function structureOf(shape: ShapeName, rows: number): string {
  return readFileSync(join(folder, `${shape}.sql`), 'utf8').replaceAll(
    /:(?:orders|tickets)\b/g,
    String(rows),
  );
}

/** What is asked of a shape: numbers of rows in its values follow its size. */
export function queriesOf(shape: ShapeName, rows = usualRows): readonly ShapeQuery[] {
  return readFileSync(join(folder, `${shape}-queries.sql`), 'utf8')
    .split(/^-- name: /m)
    .slice(1)
    .map((text) => {
      const lines = text.trim().split('\n');
      const head = lines.filter((line) => line.startsWith('-- ')).map((line) => line.slice(3));
      const sql = lines
        .slice(1)
        .filter((line) => !line.startsWith('-- '))
        .join('\n')
        .replace(/;$/, '');
      const sets = head.flatMap((line): readonly ShapeSet[] => {
        const match = /^(common|skewed) ([\d.]+): (.*)$/.exec(line);
        if (!match) return [];
        const values = JSON.parse(match[3]!) as readonly unknown[];
        const at = (call: number): readonly unknown[] => values.map((value) => valueOf(value, rows, call));
        return [{ kind: match[1] as ShapeSet['kind'], share: Number(match[2]), values: at(1), at }];
      });
      return {
        name: lines[0]!.trim(),
        sql,
        kind: /^SELECT\b/.test(sql) ? 'read' : 'write',
        callsPerDay: Number(/^calls: (\d+)$/m.exec(head.join('\n'))?.[1]),
        sets: sets.length > 0 ? sets : [{ kind: 'common', share: 1, values: [], at: () => [] }],
      };
    });
}

/** Digests as the rows have them, arrays as the server reads them, keys that are new or spread over a table, and keys of a smaller database. */
function valueOf(value: unknown, rows: number, call: number): unknown {
  if (Array.isArray(value)) return `{${value.map((item) => JSON.stringify(item)).join(',')}}`;
  if (typeof value === 'number') return scaled(value, rows);
  if (typeof value !== 'string') return value;
  const [, kind, text = ''] = /^@(md5|tracking|new|spread)(?::(.*))?$/.exec(value) ?? [];
  switch (kind) {
    case 'md5':
      return md5(text);
    case 'tracking':
      return `T${md5(`t${text}`).slice(0, 14).toUpperCase()}`;
    case 'new':
      return firstNew + call;
    case 'spread':
      return 1 + ((call * stride) % scaled(Number(text), rows));
    default:
      return value;
  }
}

/** Keys that no row has, and a step that goes through all keys of a table. */
const firstNew = 900_000_000;
const stride = 7919;

/** Numbers that name rows of the large tables. */
function scaled(value: number, rows: number): number {
  return value > 1000 && value < usualRows ? Math.max(1, Math.round((value * rows) / usualRows)) : value;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
