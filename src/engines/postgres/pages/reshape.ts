/** Tables and indexes without rows, made to look as large and as high as production's on a running server. */
import { chownSync, existsSync, copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../../base/error.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { brinPages, type BrinFigures } from './brin.ts';
import { allEqualImageOf, btreePages, tallest } from './btree.ts';
import { ginPages, type GinFigures } from './gin.ts';
import { levelOf } from './level.ts';
import { checkHere } from './here.ts';
import { noBlock, pageBytes } from './page.ts';
import { firstPage, mostPages, stretch } from './stretch.ts';

/** What a relation shall look like. */
export interface Shape extends Name {
  /** Pages of its main file. */
  readonly pages: number;
  /** Pages of the table that holds its long values. */
  readonly toastPages?: number;
  /** Levels above the leaves of a b-tree; worked out from its pages when it is not known. */
  readonly level?: number;
  /** Figures of a metapage: {@link GinFigures} or {@link BrinFigures}. */
  readonly meta?: Partial<GinFigures & BrinFigures>;
  /** Entries of a b-tree's only leaf. */
  readonly leaf?: readonly Buffer[];
  /** First page of a table whose file is still empty. */
  readonly firstPage?: Buffer;
}

export interface Reshaped {
  /** Relations that have files; those without (partitioned, foreign) are passed over. */
  readonly relations: number;
  /** Bytes that their files seem to have. */
  readonly apparentBytes: number;
  /** Old files of indexes, for {@link discard}. */
  readonly leftovers: readonly string[];
}

interface Relation {
  readonly oid: number;
  readonly path: string;
  readonly toast: string | undefined;
  readonly shape: Shape;
  readonly head: Buffer | undefined;
}

/** Bytes of a key of eight bytes with its header, where nobody says how wide it is. */
const usualPivotBytes = 16;

const noEntries = { entryPages: 0, dataPages: 0, entries: 0 };

/** Figures that take eight bytes. */
const wideFigures: ReadonlySet<string> = new Set(['entries', 'pendingRows']);

interface Found extends Record<string, unknown> {
  readonly n: number;
  readonly oid: number;
  readonly method: string | null;
  readonly path: string | null;
  readonly toast: string | null;
}

const relationsQuery = `
  SELECT w.n::int AS n, c.oid, a.amname AS method,
         current_setting('data_directory') || '/' || pg_relation_filepath(c.oid) AS path,
         current_setting('data_directory') || '/' || pg_relation_filepath(nullif(c.reltoastrelid, 0)) AS toast
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, n)
    JOIN pg_namespace s ON s.nspname = w.schema
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = w.name
    LEFT JOIN pg_am a ON a.oid = c.relam AND c.relkind = 'i'`;

// The counter that gives objects their numbers, so that no later relation gets the same file.
const numbersQuery = `
  SELECT pg_nextoid('pg_catalog.pg_class', 'oid', 'pg_catalog.pg_class_oid_index')::text AS number FROM generate_series(1, $1)`;

const moveQuery = `
  UPDATE pg_catalog.pg_class c SET relfilenode = m.file FROM unnest($1::oid[], $2::oid[]) AS m(oid, file) WHERE c.oid = m.oid`;

/**
 * Gives relations their lengths, and indexes the first pages that the planner reads: height of a b-tree, figures of GIN and BRIN. The server keeps pages that were read once in memory, where no
 * file reaches them, so an index whose first pages change moves to a new file. The session is a superuser's, outside a transaction, on a server of this machine; all sessions see the new
 * figures from their next statement on. Throws `twin.hollow` before anything is changed when a figure cannot be.
 */
export async function reshape(session: Session, shapes: readonly Shape[]): Promise<Reshaped> {
  await checkHere(session);
  const { rows } = await session.query<Found>(relationsQuery, [
    shapes.map(({ schema }) => schema),
    shapes.map(({ name }) => name),
  ]);
  const relations = rows.flatMap(({ n, oid, method, path, toast }): readonly Relation[] =>
    path === null
      ? []
      : [
          {
            oid,
            path,
            toast: toast ?? undefined,
            shape: shapes[n - 1]!,
            head: headOf(shapes[n - 1]!, method, path),
          },
        ],
  );
  for (const { shape, path } of relations) checkLength(shape, path);
  const leftovers = await moveToNewFiles(
    session,
    relations.flatMap(({ oid, path, shape, head }) =>
      head ? [{ oid, path, pages: shape.pages, head }] : [],
    ),
  );
  let apparentBytes = 0;
  for (const { path, toast, shape, head } of relations) {
    if (!head) {
      if (shape.firstPage && shape.pages > 0 && statSync(path).size === 0)
        writeFileSync(path, shape.firstPage);
      stretch(path, shape.pages);
    }
    if (toast && shape.toastPages !== undefined) stretch(toast, shape.toastPages);
    apparentBytes += pageBytes * (shape.pages + (toast ? (shape.toastPages ?? 0) : 0));
  }
  return { relations: relations.length, apparentBytes, leftovers };
}

/** Removes files that {@link reshape} left behind, once the server has nothing more to write to them. */
export async function discard(session: Session, leftovers: readonly string[]): Promise<void> {
  if (leftovers.length === 0) return;
  await session.query('CHECKPOINT');
  for (const path of leftovers) {
    stretch(path, 0);
    for (const fork of ['', '_fsm', '_vm', '_init']) rmSync(`${path}${fork}`, { force: true });
  }
}

function checkLength({ schema, name, pages, toastPages = 0 }: Shape, path: string): void {
  for (const length of [pages, toastPages])
    if (!Number.isSafeInteger(length) || length < 0 || length > mostPages)
      fail('twin.hollow', `${schema}.${name} cannot have ${length} pages.`, {
        hint: `The largest relation has ${mostPages}; the figures of the snapshot are damaged.`,
      });
  if (!existsSync(path)) fail('twin.hollow', `The file of ${schema}.${name} is not there.`);
}

/** First pages that tell the planner more than a length does; undefined where the length is all, or where an index has nothing but its metapage. */
function headOf(shape: Shape, method: string | null, path: string): Buffer | undefined {
  const { pages, level, meta } = shape;
  switch (method) {
    case 'btree': {
      const allEqualImage = pages < 2 ? undefined : allEqualImageOf(firstPage(path));
      if (allEqualImage === undefined) return undefined;
      const height = level ?? levelOf(pages, usualPivotBytes);
      if (!Number.isInteger(height) || height < 0 || height > tallest || height > pages - 2)
        fail(
          'twin.hollow',
          `A tree of ${pages} pages cannot have ${height} levels above its leaves: ${shape.schema}.${shape.name}.`,
          {
            hint: 'The figures of the snapshot are damaged.',
          },
        );
      return btreePages({ level: height, allEqualImage, ...(shape.leaf ? { leaf: shape.leaf } : {}) });
    }
    case 'gin':
      return pages < 2 ? undefined : ginPages({ ...noEntries, totalPages: pages, ...whole(shape, meta) });
    case 'brin':
      return meta?.pagesPerRange === undefined || pages < 2
        ? undefined
        : brinPages({ pagesPerRange: 0, lastMapPage: 1, ...whole(shape, meta) });
    default:
      return undefined;
  }
}

/** Figures as whole numbers that fit into the page. */
function whole(shape: Shape, meta: Shape['meta'] = {}): Readonly<Record<string, number>> {
  for (const [name, value] of Object.entries(meta)) {
    const most = wideFigures.has(name) ? Number.MAX_SAFE_INTEGER : noBlock;
    if (!Number.isSafeInteger(value) || value < 0 || value > most)
      fail('twin.hollow', `${name} of ${shape.schema}.${shape.name} cannot be ${value}.`, {
        hint: 'The figures of the snapshot are damaged.',
      });
  }
  return meta;
}

interface Move {
  readonly oid: number;
  readonly path: string;
  readonly pages: number;
  readonly head: Buffer;
}

/** Writes a new file for each relation and makes it the relation's own; returns the old ones. */
async function moveToNewFiles(session: Session, moves: readonly Move[]): Promise<readonly string[]> {
  if (moves.length === 0) return [];
  const { rows } = await session.query<{ number: string }>(numbersQuery, [moves.length]);
  const numbers = rows.map(({ number }) => number);
  const made: string[] = [];
  try {
    moves.forEach(({ path, pages, head }, i) => {
      const file = join(dirname(path), numbers[i]!);
      if (existsSync(file)) fail('internal.bug', `The server handed out the file ${numbers[i]} twice.`);
      made.push(file);
      writeLike(path, file, head);
      stretch(file, pages);
      if (existsSync(`${path}_init`)) copyLike(`${path}_init`, `${file}_init`);
    });
    await session.query(moveQuery, [moves.map(({ oid }) => oid), numbers]);
  } catch (error) {
    for (const file of made.filter((path) => existsSync(path))) {
      stretch(file, 0);
      rmSync(file);
      rmSync(`${file}_init`, { force: true });
    }
    throw error;
  }
  return moves.map(({ path }) => path);
}

function writeLike(model: string, path: string, text: Buffer): void {
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  own(model, path);
}

function copyLike(model: string, path: string): void {
  copyFileSync(model, path);
  own(model, path);
}

function own(model: string, path: string): void {
  const { uid, gid } = statSync(model);
  if (process.getuid?.() !== uid) chownSync(path, uid, gid);
}
