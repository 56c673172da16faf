import { z } from 'zod';
import { keyOf } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Snapshot } from '../../engine/model.ts';
import { catalogSchema } from './catalog.ts';
import {
  activity,
  columnStatistics,
  extendedStatistics,
  probes,
  relationFigures,
  workload,
} from './figures.ts';
import { instant, line, list, named, shape, text, word } from './parts.ts';

/** The shape of a snapshot; everything in a file is checked against it before anybody uses it. */
export const snapshotSchema = shape({
  takenAt: instant.describe("ISO time on the source's clock"),
  source: shape({
    engine: word,
    version: word,
    versionNumber: z.number().int().min(80_000).max(10_000_000),
    banner: line,
    database: word,
    how: z.enum(['connection', 'script']),
    role: shape({ name: word, superuser: z.boolean(), memberOf: list(word, 10_000) }),
    standby: z.boolean(),
    encoding: word,
    blockSize: z.number().int().min(512).max(1_048_576),
    service: line.optional(),
  }),
  locale: shape({
    provider: z.enum(['libc', 'icu', 'builtin']),
    collate: line,
    ctype: line,
    locale: line.optional(),
    rules: text.optional(),
    version: line.optional(),
  }),
  settings: list(
    shape({ name: word, value: text, from: line, role: word.optional(), planner: z.boolean() }),
    100_000,
  ),
  catalog: catalogSchema,
  order: list(
    shape({
      ...named,
      kind: z.enum(['relation', 'type', 'routine', 'constraint', 'statistics']),
      of: text.optional(),
    }),
  ),
  roles: list(
    shape({
      name: word,
      superuser: z.boolean(),
      inherit: z.boolean(),
      login: z.boolean(),
      bypassRowSecurity: z.boolean(),
      memberOf: list(word, 10_000),
    }),
    100_000,
  ),
  relations: list(relationFigures),
  columns: list(columnStatistics),
  extended: list(extendedStatistics),
  sequences: list(shape({ ...named, last: line.optional() })),
  activity,
  workload,
  probes,
  unseen: list(
    shape({
      what: line,
      why: line,
      grant: text.optional(),
      means: line,
      notExact: list(line, 100_000).optional(),
    }),
    100_000,
  ),
  masked: list(shape({ schema: word, relation: word, column: line, why: line, notExact: line.optional() })),
}) satisfies z.ZodType<Snapshot>;

/** A value that was checked: the snapshot without anything foreign, or the path of the first wrong field and why. */
export type Checked =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'wrong'; readonly field: string; readonly says: string };

/** Checks a value that should be a snapshot, circles of parents and members included, which would never end elsewhere. */
export function checkSnapshot(value: unknown): Checked {
  const parsed = snapshotSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: 'wrong',
      field: printPath(issue?.path ?? []),
      says: (issue?.message ?? 'unexpected form').slice(0, 300),
    };
  }
  const snapshot = parsed.data;
  const parents = new Map<string, readonly string[]>(
    snapshot.catalog.tables.map((table) => [
      keyOf(table),
      [...(table.partitionOf ? [table.partitionOf] : []), ...table.inherits].map((parent: Name) =>
        keyOf(parent),
      ),
    ]),
  );
  const parent = inCircle(parents);
  if (parent !== undefined)
    return { kind: 'wrong', field: 'catalog.tables', says: `${parent} is its own parent` };
  const member = inCircle(new Map(snapshot.roles.map((role) => [role.name, role.memberOf])));
  if (member !== undefined) return { kind: 'wrong', field: 'roles', says: `${member} is a member of itself` };
  return { kind: 'snapshot', snapshot };
}

/** The published JSON Schema of the file: what the compressed text holds. */
export function fileSchema(): Readonly<Record<string, unknown>> {
  const file = z.strictObject({
    format: z.literal('dbds').describe('says that the file is a snapshot'),
    version: z.number().int().min(1).describe('version of this form; a reader refuses a newer one'),
    program: z.string().max(64).describe('version of dbd that wrote it'),
    snapshot: snapshotSchema,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("of the snapshot's text as it stands in the file, keys sorted and without spaces"),
  });
  return {
    title: 'A snapshot of dbd, unpacked',
    ...z.toJSONSchema(file, {
      reused: 'ref',
      override: ({ jsonSchema }) => {
        delete jsonSchema.readOnly;
      },
    }),
  };
}

/** One member of a circle of an arrow graph; undefined when there is none. */
function inCircle(arrows: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  for (const start of arrows.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const open: { readonly at: string; readonly leaves: boolean }[] = [{ at: start, leaves: false }];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.leaves) {
        onPath.delete(path.pop()!);
        done.add(next.at);
      } else if (onPath.has(next.at)) return next.at;
      else if (!done.has(next.at)) {
        path.push(next.at);
        onPath.add(next.at);
        open.push({ at: next.at, leaves: true });
        for (const parent of arrows.get(next.at) ?? []) open.push({ at: parent, leaves: false });
      }
    }
  }
  return undefined;
}

/** `columns[3].nullFraction`. */
function printPath(path: readonly PropertyKey[]): string {
  const shown = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, 60)}`))
    .join('');
  return shown.replace(/^\./, '') || 'the whole';
}
