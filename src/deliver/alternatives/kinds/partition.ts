import { formatCount } from '../../../base/units.ts';
import type { Entity, Field, Partitioning } from '../../../task/model.ts';
import { findTable } from '../../../catalog/find.ts';
import type { Stage } from '../../deliverables/model.ts';
import { windowDays } from '../../../twin/fill/columns.ts';
import { sameName } from '../../../catalog/identity.ts';
import { logged } from '../measure.ts';
import type { AlternativeKind, Chore, ChoreWork, Found } from '../model.ts';
import { beginOf, move } from '../../../design/spans.ts';
import { withEntity, withoutPart } from '../rewrite.ts';

/** Rows at the horizon below which nobody thinks of partitions. */
const fewestRows = 1_000_000;
const ahead = 3;

/** One table, or one partition per period of time. */
export const partition: AlternativeKind = {
  name: 'partition',
  says: 'one table or a partition per period',
  find(stage) {
    return stage.task.requirements.entities.flatMap((entity) => found(stage, entity));
  },
};

function found(stage: Stage, entity: Entity): readonly Found[] {
  const { task, planned, before, volumes } = stage;
  const table = planned.design.tables.get(entity.id);
  if (!table || findTable(before, table) || entity.derived || entity.lookup.length > 0) return [];
  const about = table.name;
  const volume = volumes.find((one) => sameName(one.table, table));
  if (entity.partition)
    return [
      {
        kind: 'variant',
        variant: {
          kind: 'partition',
          about,
          chosen: `by ${entity.partition.every}`,
          name: 'one table',
          task: withoutPart(task, entity.id, 'partition'),
          chore: oldest(entity.id, entity.partition),
          lines: `${entity.id} ${entity.name}: without \`partition\``,
          price: 'old rows are deleted one by one, and their room is given back by vacuum only',
        },
      },
    ];
  const field = agedBy(entity);
  if (!field || !volume || volume.horizon < fewestRows) return [];
  const days = windowDays(volume.horizon, volume.perDay);
  const parts: Partitioning = { by: field.name, every: periodFor(days), ahead };
  return [
    {
      kind: 'variant',
      variant: {
        kind: 'partition',
        about,
        chosen: 'one table',
        name: `by ${parts.every}`,
        task: withEntity(task, entity.id, { partition: parts }),
        chore: oldest(entity.id, parts),
        lines: `${entity.id} ${entity.name}: partition: { by: ${parts.by}, every: ${parts.every}, ahead: ${parts.ahead} }`,
        price: `each unique and each reference carries ${parts.by}, and a scheduler must make the next partitions`,
      },
    },
  ];
}

/** A field that says when a row came. */
function agedBy({ fields }: Entity): Field | undefined {
  const times = fields.filter(
    ({ type, required }) => required && (type.kind === 'instant' || type.kind === 'date'),
  );
  return times.find((field) => field.default === 'now') ?? times[0];
}

/** Some twelve to sixty partitions: enough to leave most out, few enough to plan quickly. */
function periodFor(days: number): Partitioning['every'] {
  if (days <= 45) return 'day';
  if (days <= 150) return 'week';
  if (days <= 1900) return 'month';
  return 'quarter';
}

/** Takes the rows of the oldest period away: as a partition, or one by one. */
function oldest(
  entity: string,
  { by, every }: Partitioning,
): (work: ChoreWork) => Promise<Chore | undefined> {
  return async ({ stage, built, session, watcher }) => {
    const { quote, partitions } = stage.engine;
    const { design } = built.planned;
    const table = design.tables.get(entity)!;
    const column = quote.identifier(design.columns.get(entity)?.get(by)?.[0] ?? by);
    const name = quote.name(table);
    const { rows } = await session.query<{ first: Date | null }>(
      `SELECT min(${column})::timestamptz AS first FROM ${name}`,
    );
    const first = rows[0]!.first;
    if (first === null) return undefined;
    const from = beginOf(every, new Date(first));
    const end = move(every, from, 1).toISOString();
    const counted = await session.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${name} WHERE ${column} < '${end}'::timestamptz`,
    );
    const parted = design.parted.find((one) => one.entity === entity);
    if (parted?.expired?.act === 'empty') return undefined;
    const sql = parted
      ? `DROP TABLE ${quote.name(partitions.partName(parted, from))}`
      : `DELETE FROM ${name} WHERE ${column} < '${end}'::timestamptz`;
    await session.run('BEGIN');
    const begin = performance.now();
    const walBytes = await logged(watcher, session, () => session.query(sql));
    const ms = performance.now() - begin;
    await session.run('COMMIT');
    const perDay = 1 / { day: 1, week: 7, month: 30, quarter: 91, year: 365 }[every];
    return {
      text: `take the oldest ${every} away (${formatCount(Number(counted.rows[0]!.n))} rows)`,
      ms,
      walBytes,
      perDay,
    };
  };
}
