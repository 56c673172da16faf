import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Parted, Maintenance } from '../../engine/partition/model.ts';
import type { Lifecycle, Volume } from '../../task/model.ts';
import { printDays } from '../../task/units.ts';
import { columnsOf, tableOf, type Draft, type TableDraft } from '../draft.ts';
import type { PartedTable } from '../model.ts';
import { beginOf, daysBefore, move, spans } from '../spans.ts';
import { columnsOfField } from '../types.ts';
import { tenantTables } from '../tenancy/who.ts';
import { isTemporal } from './temporal.ts';
import type { Pattern } from './pattern.ts';

/** More partitions than this make planning slow, whatever the server. */
const mostPartitions = 500;
/** Longest wait of the maintenance for a lock, milliseconds; a limit of the task shortens it. */
const usualLockMs = 1000;
const daysPerYear = 365;

/** Tables parted by ranges of time: the partitions of the rows that are kept, those of the near future, and a function that goes on with both. */
export const partition: Pattern = {
  name: 'partition',
  apply(draft) {
    for (const table of draft.tables.slice()) if (table.entity?.partition) part(draft, table);
  },
};

/** Columns that each unique of a partitioned table has to hold; none where the table is not partitioned. */
export function partitionColumns(draft: Draft, table: TableDraft): readonly string[] {
  const { entity } = table;
  const field = entity?.fields.find(({ name }) => name === entity.partition?.by);
  if (!field || table.existing) return [];
  return columnsOfField(draft, table, field).map(({ name }) => name);
}

/** Stops a unique that a partitioned table cannot hold over all of its partitions. */
export function refuseUnique(draft: Draft, table: TableDraft, columns: readonly string[], of: string): void {
  const missing = partitionColumns(draft, table).filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const by = missing.join(', ');
  fail(
    'task.refused',
    `${of} asks that (${columns.join(', ')}) is unique, but ${table.name.name} is partitioned by ${by}: the server could only keep it unique within each partition.`,
    {
      hint: `Put ${table.entity!.partition!.by} into the unique, keep the unique values in an entity of their own, or leave \`partition\` out.`,
    },
  );
}

function part(draft: Draft, table: TableDraft): void {
  const { engine, task } = draft;
  const entity = table.entity!;
  const { by, every, ahead } = entity.partition!;
  const claims = [entity.id];
  if (table.existing)
    fail(
      'task.refused',
      `${entity.id} is the table ${table.name.name}, which exists: a table in use cannot become partitioned in place.`,
      {
        hint: 'Give the entity a new `table:`, copy the rows, and rename both in a task of their own.',
      },
    );
  const column = columnsOf(table, by)[0]!;
  const type = typeOf(draft, table, column);
  const parted: Parted = { table: table.name, column, type, every };
  table.suffix = engine.partitions.clause(parted);

  // A version goes by its end, which whole partitions know nothing of.
  const lifecycle = task.requirements.lifecycle.find(
    (each) => !isTemporal(table) && each.then !== 'anonymise' && tableOf(draft, each.of) === table,
  );
  const volume = task.requirements.volumes.find((each) => tableOf(draft, each.of) === table);
  const now = beginOf(every, draft.now);
  const back = daysBefore(draft.now, daysBack(lifecycle, volume));
  const first = back < now ? beginOf(every, back) : move(every, now, -1);
  const made = spans(every, first, move(every, now, ahead));
  if (made.length > mostPartitions)
    fail(
      'task.refused',
      `${entity.id} would begin with ${made.length} partitions, one per ${every}: planning slows down beyond some hundred.`,
      { hint: 'Choose a longer `every`, or a shorter time in `lifecycle`.' },
    );
  const guarded =
    task.requirements.tenancy?.model === 'shared' && tenantTables(draft).some((one) => one.table === table);
  for (const span of made.toReversed()) {
    const part = engine.partitions.partName(parted, span.from);
    table.after.unshift(
      {
        sql: engine.partitions.create(parted, span),
        claims,
        reason: `Rows of ${table.name.name} from ${day(span.from)} to before ${day(span.to)}`,
        undo: '',
      },
      ...(guarded
        ? [
            {
              sql: `ALTER TABLE ${engine.quote.name(part)} ENABLE ROW LEVEL SECURITY`,
              claims,
              reason: `The policy of ${table.name.name} does not bind who reads its partition directly: without one of its own it shows nothing`,
              undo: '',
            },
          ]
        : []),
    );
  }

  const heard = lifecycle && listeners(draft, table, lifecycle);
  const expired: Maintenance['expired'] = lifecycle && {
    keepDays: lifecycle.keepDays,
    act: heard!.length > 0 ? 'empty' : lifecycle.then === 'archive' ? 'detach' : 'drop',
  };
  const routine = {
    schema: table.name.schema,
    name: draft.take({ schema: table.name.schema, name: `${table.name.name}_partitions` }),
  };
  const lockTimeoutMs = lockWait(draft);
  const sql = engine.partitions.maintenance({
    ...parted,
    routine,
    ahead,
    lockTimeoutMs,
    ...(guarded ? { guarded } : {}),
    ...(expired ? { expired } : {}),
  });
  table.after.push({
    sql,
    claims: [...claims, ...(lifecycle ? [lifecycle.id] : [])],
    reason: `Makes the next partitions of ${table.name.name}${expired ? ' and takes expired ones away' : ''}; to be called once a day by any scheduler`,
    undo: `DROP FUNCTION ${engine.quote.name(routine)}(integer)`,
  });
  const whole = expired !== undefined && expired.act !== 'empty';
  const designed: PartedTable = {
    ...parted,
    entity: entity.id,
    routine,
    ahead,
    lockTimeoutMs,
    first,
    ...(expired ? { expired } : {}),
    ...(whole ? { lifecycle: lifecycle!.id } : {}),
  };
  draft.parted.push(designed);
  tell(draft, table, designed, lifecycle, heard ?? []);
}

function tell(
  draft: Draft,
  table: TableDraft,
  { column, every, ahead, expired, routine }: PartedTable,
  lifecycle: Lifecycle | undefined,
  heard: readonly string[],
): void {
  const { name } = table.name;
  const id = table.entity!.id;
  draft.choose(
    name,
    `one partition per ${every} of ${column}, ${plural(ahead, every)} ahead`,
    `a query that says when reads the partitions of that time only; ${routine.name}() makes the next ones`,
    [id],
  );
  draft.choose(
    `${name} key`,
    `the key ends with ${column}`,
    `a partitioned table has no index over all partitions, so each unique holds the column that decides the partition; numbers and uuids stay unique by the way they are made, and whoever refers to a row carries its ${column} too`,
    [id],
  );
  draft.choose(
    name,
    'no default partition',
    'a row out of range is refused and noticed; in a default partition it would stand in the way of the partition it belongs to, and no partition could be detached concurrently',
    [id],
  );
  if (!expired || !lifecycle) return;
  const how = {
    drop: 'partitions are dropped',
    detach: 'partitions are detached and stay as tables of their own, to be exported and dropped',
    empty: 'rows are deleted in batches, then empty partitions are dropped',
  }[expired.act];
  draft.choose(
    name,
    `${how} when all of their rows are older than ${printDays(expired.keepDays)}`,
    expired.act === 'empty'
      ? `${heard.join(' and ')} must hear of each deleted row, and of a dropped partition nobody hears`
      : `no row is read, no dead row is left; the oldest rows stay up to one ${every} longer, until their partition is through`,
    [lifecycle.id],
  );
}

/** Days before today whose rows have to find a partition: those that are kept, or those that are there already. */
function daysBack(lifecycle: Lifecycle | undefined, volume: Volume | undefined): number {
  if (lifecycle) return lifecycle.keepDays;
  const known = (given: Volume['now'] | undefined): number =>
    given === undefined || given.kind === 'unknown' ? 0 : given.value;
  const rows = known(volume?.now);
  if (rows === 0) return 0;
  const perDay = known(volume?.perDay);
  return perDay > 0 ? Math.min(10 * daysPerYear, Math.ceil(rows / perDay)) : daysPerYear;
}

/** What has to hear of each deleted row: foreign keys of others, summaries that subtract, triggers of other patterns. */
function listeners(draft: Draft, table: TableDraft, lifecycle: Lifecycle): readonly string[] {
  const { entities } = draft.task.requirements;
  return [
    ...new Set([
      ...draft.relations.flatMap(({ to, table: from }) => (to === table.name ? [from.name] : [])),
      ...entities
        .filter(
          ({ derived }) =>
            derived?.onSourceDelete === 'subtract' &&
            derived.keep !== 'none' &&
            tableOf(draft, derived.from) === table,
        )
        .map((entity) => tableOf(draft, entity.id).name.name),
      ...(lifecycle.hold === undefined ? [] : ['who holds rows back']),
      ...(table.entity!.history === 'audit' ? ['the audit trail'] : []),
      ...(table.entity!.outbox ? ['the outbox'] : []),
    ]),
  ];
}

function typeOf(draft: Draft, table: TableDraft, name: string): Parted['type'] {
  const column = table.columns.find((each) => each.name === name)!;
  const family = draft.engine.types.family(column.type);
  if (family === 'date') return 'date';
  if (family === 'instant')
    return /^timestamp(?:tz| with time zone|\(\d\) with)|tz$/i.test(column.type) ? 'instant' : 'local';
  return fail(
    'task.wrong-value',
    `${table.of} is partitioned by ${column.of}, which is ${column.type}: partitions are made by a date or an instant.`,
    { hint: 'Name a field of type date or instant in `partition.by`.' },
  );
}

function lockWait({ task }: Draft): number {
  const { limits } = task.requirements;
  return Math.min(
    usualLockMs,
    ...limits.flatMap(({ lockWaitMs }) => lockWaitMs ?? []),
    ...limits.flatMap(({ blockedMs }) =>
      blockedMs === undefined ? [] : Math.max(1, Math.floor(blockedMs / 2)),
    ),
  );
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
