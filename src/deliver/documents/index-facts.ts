/** Why each index of the changed tables is there, and which measured plans used it. */
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Index, Name, Table } from '../../catalog/model.ts';
import type { IndexFacts } from '../../document/index-strategy.ts';
import type { Outcome } from '../model.ts';
import { capacityOf } from './capacity-facts.ts';

/** Facts of every index, table by table. */
export function indexesOf(outcome: Outcome, tables: readonly Name[]): readonly IndexFacts[] {
  const capacity = capacityOf(outcome, tables);
  return tables.flatMap((name) => {
    const table = findTable(outcome.planned.after, name);
    if (!table || table.partitionOf) return [];
    const before = findTable(outcome.before, name);
    const measured = capacity.find((one) => one.name === table.name && one.measuredRows > 0);
    return table.indexes.map((index): IndexFacts => {
      const bytes = measured?.indexes.find((one) => one.name === index.name)?.perRow;
      const tried = outcome.tuned.kept.find((one) => one.name === index.name);
      return {
        name: index.name,
        table: table.name,
        definition: index.definition,
        why: whyOf(outcome, table, index),
        usedBy: usersOf(outcome, index),
        enforces: index.primary || index.unique || index.constraint !== undefined,
        existed: before?.indexes.some((one) => one.name === index.name) ?? false,
        ...(bytes === undefined ? {} : { bytesPerRow: bytes }),
        ...(tried?.writeMsPerRow === undefined ? {} : { writeMsPerRow: tried.writeMsPerRow }),
      };
    });
  });
}

function whyOf({ tuned, planned, engine }: Outcome, table: Table, index: Index): string {
  if (index.primary) return 'primary key';
  if (index.constraint !== undefined) return `holds ${index.constraint}`;
  const kept = tuned.kept.find((one) => one.name === index.name);
  if (kept) return `chosen by measuring for ${kept.serves.join(', ')}`;
  const support = planned.design.supports.find(
    (one) => one.name === index.name && sameName(one.table, table),
  );
  if (support) return support.wish.reason;
  if (index.unique) return 'holds a unique rule';
  // Patterns ask for indexes of their own, of an outbox's queue or a history, and say why.
  const { quote } = engine;
  const created = `CREATE INDEX ${quote.identifier(index.name)} ON ${quote.name(table)} `;
  return (
    planned.design.wishes.find(({ sql }) => sql.startsWith(created))?.reason ?? 'not asked for by this task'
  );
}

/** Patterns whose measured plan names the index, or its part on a partition. */
function usersOf({ access, tuned, planned }: Outcome, index: Index): readonly string[] {
  const pieces = planned.after.tables.flatMap((table) =>
    table.indexes.filter((one) => one.partOf && sameName(one.partOf, index)).map((one) => one.name),
  );
  const own = new Set([index.name, ...pieces]);
  const names = (plan: readonly string[]): boolean =>
    plan.some((node) => node.split(/[\s,()]+/).some((word) => own.has(word)));
  return [
    ...new Set([
      ...access.filter((result) => names(result.plan)).map((result) => result.claim),
      ...tuned.queries.filter((query) => names(query.planAfter)).map((query) => query.claim),
    ]),
  ].toSorted();
}
