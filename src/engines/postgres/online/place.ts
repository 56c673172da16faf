import type { Column, Name, Table } from '../../../catalog/model.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { fitBytes } from '../../../base/text.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { bare, treeOfText } from './text.ts';

/** One existing table that a statement works on, and what the forms need to know of it. */
export interface Place {
  readonly table: Table;
  /** Quoted name for SQL. */
  readonly name: string;
  readonly context: OnlineContext;
}

/** The table a written name means, under the name that earlier statements of the change gave it; undefined when the catalog has none. */
export function existing(written: Name, context: OnlineContext): Table | undefined {
  const { tables } = context.before;
  for (const { from, to } of renamesIn(context.earlier)) {
    if (to !== written.name) continue;
    const table = existing({ ...from, schema: from.schema || written.schema }, { ...context, earlier: [] });
    return table && { ...table, name: to };
  }
  if (written.schema)
    return tables.find(({ schema, name }) => schema === written.schema && name === written.name);
  return (
    tables.find(({ schema, name }) => schema === 'public' && name === written.name) ??
    tables.find(({ name }) => name === written.name)
  );
}

function renamesIn(earlier: readonly string[] = []): readonly { readonly from: Name; readonly to: string }[] {
  return earlier.flatMap((sql) => {
    if (!/\bRENAME\s+TO\b/i.test(sql)) return [];
    const tree = treeOfText(bare(sql));
    return 'RenameStmt' in tree && tree.RenameStmt.renameType === 'OBJECT_TABLE'
      ? [{ from: nameOf(tree.RenameStmt.relation), to: tree.RenameStmt.newname ?? '' }]
      : [];
  });
}

/** Whether the table was made by this change. */
export function isFresh(written: Name, { fresh }: OnlineContext): boolean {
  return written.schema
    ? fresh.has(`${written.schema}.${written.name}`)
    : [...fresh].some((key) => key.slice(key.indexOf('.') + 1) === written.name);
}

/** The column of an existing table, if the catalog has it. */
export function columnOf({ table }: Place, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The name PostgreSQL would give, shortened as it must be, and numbered when an existing relation or constraint of the table has it. */
export function defaultName({ table, context }: Place, parts: readonly string[], suffix: string): string {
  const taken = new Set([
    ...context.before.tables
      .filter(({ schema }) => schema === table.schema)
      .flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)]),
    ...table.constraints.map(({ name }) => name),
  ]);
  const base = [table.name, ...parts, suffix].join('_');
  for (let n = 0; ; n++) {
    const name = fitBytes(n === 0 ? base : `${base}${n}`, quote.maxBytes);
    if (!taken.has(name)) return name;
  }
}

/** A step that holds a short lock and changes no row. */
export function quick(
  sql: string,
  reason: string,
  undo: StepDraft['undo'],
  phase: StepDraft['phase'] = 'expand',
): StepDraft {
  return { sql, phase, transaction: true, reason, ...(undo === undefined ? {} : { undo }) };
}

/** Clears what a failed concurrent build of this name left, and nothing else: a valid index of the same name makes the build fail instead of being dropped. Nobody queues behind it for longer than a lock may be waited for. */
export function clearInvalid(
  qualified: string,
  { lockTimeoutMs }: Pick<OnlineContext, 'lockTimeoutMs'>,
): string {
  return `DO $clear$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass(${quote.literal(qualified)}) AND NOT indisvalid) THEN
    SET LOCAL lock_timeout = '${lockTimeoutMs}ms';
    DROP INDEX ${qualified};
  END IF;
END
$clear$`;
}

/** Why the plain form does for the table's size; undefined where it is large or of unknown size. */
export function smallness({ table, context }: Place): string | undefined {
  const size = context.size?.(table);
  if (size === undefined) return undefined;
  if (size.rows === 0) return `${table.name} is empty`;
  const { small } = context;
  if (!small || size.rows > small.rows) return undefined;
  if (small.bytes !== undefined && (size.bytes ?? 0) > small.bytes) return undefined;
  return `${table.name} has ${size.rows.toLocaleString('en')} rows only`;
}

/** Whether {@link smallness} has a reason. */
export const isSmall = (place: Place): boolean => smallness(place) !== undefined;
