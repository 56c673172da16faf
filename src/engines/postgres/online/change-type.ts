import type { AlterTableCmd } from 'libpg-query';
import type { Column } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { mentions } from './columns-in.ts';
import { columnOf, quick, type Place } from './place.ts';
import { keepsRows } from './stored-rows.ts';
import { isCatalogOnly, typeChange, type TypeChange } from './type-change.ts';
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
  if (isCatalogOnly(change, indexed)) return inCatalog(place, change, sql);
  const because = busy(place, column) ?? obstacle(place, change);
  return because === undefined ? swapped(place, change) : asWritten(because);
}

/** The type in the catalog only; checks on the column would be verified on all rows under its lock, so they come back unverified and are verified after. */
function inCatalog(place: Place, { column, type }: TypeChange, sql: string): readonly StepDraft[] {
  const { name: table } = place;
  const back = keepsRows(type, column.type);
  // An assignment refuses what the old type cannot hold; a cast would cut it off in silence.
  const cast = column.type === 'xml' ? ` USING ${quote.identifier(column.name)}::xml` : '';
  const undo = `ALTER TABLE ${table} ALTER COLUMN ${quote.identifier(column.name)} TYPE ${column.type}${column.collation ? ` COLLATE ${column.collation}` : ''}${cast}`;
  const reason = `The stored rows stay as they are: a lock for a moment${back ? '' : '. The way back writes them anew while everybody waits, and stops at values that are too long'}`;
  const checks = constraintsOf(place, column).filter(({ kind }) => kind === 'check');
  if (checks.length === 0) return [quick(sql, reason, undo)];
  const named = checks.map((check) => ({ ...check, quoted: quote.identifier(check.name) }));
  return [
    quick(
      [
        `ALTER TABLE ${table} ${named.map(({ quoted }) => `DROP CONSTRAINT ${quoted}`).join(', ')}`,
        sql,
        ...named.flatMap(({ quoted, definition, enforced, validated, comment }) => [
          `ALTER TABLE ${table} ADD CONSTRAINT ${quoted} ${definition}${enforced && validated ? ' NOT VALID' : ''}`,
          ...(comment === undefined
            ? []
            : [`COMMENT ON CONSTRAINT ${quoted} ON ${table} IS ${quote.literal(comment)}`]),
        ]),
      ].join(';\n'),
      `${reason}. Its checks go and come back in the same transaction, so that old rows are not read under this lock`,
      undo,
    ),
    ...named
      .filter(({ enforced, validated }) => enforced && validated)
      .map(({ quoted, name }) =>
        quick(
          `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted}`,
          `Old rows passed ${name} before and do so again, while readers and writers go on`,
          '',
        ),
      ),
  ];
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
