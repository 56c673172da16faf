import type { AlterTableCmd } from 'libpg-query';
import type { Column } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { mentions } from './columns-in.ts';
import { columnOf, quick, type Place } from './place.ts';
import { isCatalogOnly, typeChange } from './type-change.ts';
import { obstacle } from './type-obstacles.ts';
import { swapped } from './type-swap.ts';
import { constraintsOf, holds } from './type-along.ts';

/** Forms of ALTER COLUMN TYPE: at once where the server keeps the rows as they are, by a new column beside the old one where it would write the table anew, and as written with the reason where neither can be. */
export function changeType(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const { table } = place;
  const sql = `ALTER TABLE ${place.name} ${text}`;
  const column = columnOf(place, cmd.name ?? '');
  const asWritten = (because: string): readonly StepDraft[] => [
    {
      sql,
      phase: 'contract',
      transaction: true,
      concerns: [cmd.name ?? ''],
      reason: `Writes all of ${table.name} and its indexes anew while everybody waits. A new column beside the old one cannot take its place, because ${because}`,
    },
  ];
  if (!column) return asWritten('an earlier statement of this change makes it');
  const change = typeChange(column, cmd, text);
  const indexed = table.indexes.some(({ definition }) => mentions(definition, column.name));
  if (isCatalogOnly(change, indexed)) {
    const checked = table.constraints.filter(
      ({ kind, columns, definition }) =>
        kind === 'check' && (columns.includes(column.name) || mentions(definition, column.name)),
    );
    const reason =
      checked.length === 0
        ? 'The stored rows stay as they are: a lock for a moment'
        : `The stored rows stay as they are, but ${checked.map(({ name }) => name).join(', ')} is checked again on all of them while everybody waits`;
    return [
      quick(
        sql,
        reason,
        `ALTER TABLE ${place.name} ALTER COLUMN ${quote.identifier(column.name)} TYPE ${column.type} USING ${quote.identifier(column.name)}::${column.type}`,
      ),
    ];
  }
  const because = busy(place, column) ?? obstacle(place, change);
  return because === undefined ? swapped(place, change) : asWritten(because);
}

/** What an earlier statement of the same change does to the column, or to what comes along with it. */
function busy(place: Place, column: Column): string | undefined {
  const { table, context } = place;
  const along = [...constraintsOf(place, column), ...table.indexes.filter((index) => holds(index, column))];
  const others = table.columns.filter(({ name }) =>
    along.some(({ definition }) => mentions(definition.slice(definition.indexOf('(')), name)),
  );
  for (const earlier of context.earlier ?? []) {
    const named = along.find(({ name }) => mentions(earlier, name));
    if (named) return `an earlier statement of this change works on ${named.name}`;
    const shared = [column, ...others].find(({ name }) => mentions(earlier, name));
    if (mentions(earlier, table.name) && shared)
      return `an earlier statement of this change works on ${shared.name}`;
  }
  return undefined;
}
