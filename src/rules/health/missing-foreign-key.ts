import { primaryKey } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import { readArray } from '../../base/array-literal.ts';
import { fitBytes } from '../../base/text.ts';
import type { Table } from '../../catalog/model.ts';
import type { ColumnStatistics } from '../../engine/snapshot/model.ts';
import type { HealthRule } from './model.ts';

/** A column that seems to refer to a table, and does not. */
export const missingForeignKey: HealthRule = {
  id: 'missing-foreign-key',
  group: 'tables',
  severity: 'info',
  finds: 'A column that seems to refer to a table without a foreign key',
  because: 'rows may point at nothing, and nobody notices until they are joined',
  instead:
    'Add the foreign key unvalidated, remove what points at nothing, validate it; or explain why there is none.',
  threshold:
    'By name and type (`customer_id` and a table `customers` with a key of the same type), and only where the least and greatest values of whole numbers lie within those of the key.',
  needs: ['statistics'],
  find: ({ structure: { tables }, statistics, quote }) =>
    tables.flatMap((table) =>
      table.columns.flatMap((column) => {
        const word = /^(.+)_id$/i.exec(column.name)?.[1]?.toLowerCase();
        if (
          word === undefined ||
          table.constraints.some(
            ({ kind, columns }) => kind === 'foreign' && columns.includes(column.name),
          ) ||
          table.columns.some(({ name }) => name.toLowerCase() === `${word}_type`) ||
          (primaryKey(table).length === 1 && primaryKey(table)[0] === column.name)
        )
          return [];
        const target = tables.find(
          (other) =>
            other.schema === table.schema &&
            other.kind === 'table' &&
            names(word).includes(other.name.toLowerCase()),
        );
        const [key, ...more] = target ? primaryKey(target) : [];
        const own = target?.columns.find(({ name }) => name === key);
        if (!target || key === undefined || more.length > 0 || own?.type !== column.type) return [];
        if (!within(statistics(table, column.name), statistics(target, key))) return [];
        const name = quote.identifier(fitBytes(`${table.name}_${column.name}_fkey`, quote.maxBytes));
        return [
          {
            object: `${printName(table)}.${column.name}`,
            message: `${column.name} is named like the key of ${target.name}, is ${column.type} as it is, and refers to nothing.`,
            fix: [
              `ALTER TABLE ${quote.name(table)} ADD CONSTRAINT ${name} FOREIGN KEY (${quote.identifier(column.name)}) REFERENCES ${quote.name(target)} (${quote.identifier(key)})${partitioned(table) ? '' : ' NOT VALID'}`,
              ...(partitioned(table) ? [] : [`ALTER TABLE ${quote.name(table)} VALIDATE CONSTRAINT ${name}`]),
            ].join(';\n'),
          },
        ];
      }),
    ),
};

const partitioned = ({ kind }: Table): boolean => kind === 'partitioned';

/** Names that a table of these things may have. */
function names(word: string): readonly string[] {
  return [word, `${word}s`, `${word}es`, word.replace(/y$/, 'ies')];
}

/** Whole numbers lie within the other ones, as far as statistics tell; other types are not compared. */
function within(one: ColumnStatistics | undefined, other: ColumnStatistics | undefined): boolean {
  const [inner, outer] = [ends(one), ends(other)];
  return !inner || !outer || (inner[0] >= outer[0] && inner[1] <= outer[1]);
}

function ends(column: ColumnStatistics | undefined): readonly [number, number] | undefined {
  const bounds = [column?.histogram, column?.commonValues].flatMap((text) =>
    text === undefined ? [] : (readArray(text) ?? []).map(Number),
  );
  return bounds.length === 0 || bounds.some((one) => !Number.isFinite(one))
    ? undefined
    : [Math.min(...bounds), Math.max(...bounds)];
}
