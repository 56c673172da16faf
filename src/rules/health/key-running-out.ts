import { keyOf, printName } from '../../catalog/identity.ts';
import type { Catalog, Constraint, Table } from '../../catalog/model.ts';
import { formatCount } from '../../base/units.ts';
import { gravity, percent } from './limits.ts';
import type { HealthRule } from './model.ts';
import { greatestOf, numberedColumns } from './numbered-columns.ts';

/** A numbered key that comes to its end. */
export const keyRunningOut: HealthRule = {
  id: 'key-running-out',
  group: 'tables',
  severity: 'warning',
  finds: 'A numbered key that comes to its end',
  because:
    'behind the last number every insert fails, and the way to a wider type takes weeks on a large table',
  instead: 'Widen the column and all that refer to it; `dbd lint` shows the steps that hold nobody up.',
  threshold:
    'From 70 % of the numbers on (error from 90 %), measured by the narrowest of sequence, column and columns that refer to it.',
  needs: [],
  find: ({ snapshot, limits, quote }) => {
    const places = new Map(snapshot.sequences.map((one) => [keyOf(one), one.last]));
    const followers = referring(snapshot.catalog);
    return numberedColumns(snapshot.catalog).flatMap(({ sequence, table, column }) => {
      const last = places.get(keyOf(sequence));
      if (last === undefined || sequence.cycle || sequence.increment.startsWith('-')) return [];
      const references = (followers.get(keyOf(table)) ?? []).flatMap(({ owner, constraint }) => {
        const at = constraint.references!.columns.indexOf(column.name);
        const field = at < 0 ? undefined : owner.columns.find(({ name }) => name === constraint.columns[at]);
        return field ? [{ owner, field }] : [];
      });
      const fields = [{ owner: table, field: column }, ...references].flatMap((one) => {
        const greatest = greatestOf(one.field.type);
        return greatest === undefined ? [] : [{ ...one, greatest }];
      });
      const narrowest = fields.toSorted((a, b) => (a.greatest < b.greatest ? -1 : 1))[0];
      const end = BigInt(sequence.maximum);
      const least = narrowest && narrowest.greatest < end ? narrowest.greatest : end;
      const share = Number(last) / Number(least);
      const severity = gravity(share, limits.sequence);
      if (severity === undefined) return [];
      const bySequence = !narrowest || narrowest.greatest > end;
      const narrow = fields.filter(({ greatest }) => greatest === least);
      return [
        {
          object: `${printName(table)}.${column.name}`,
          severity,
          message: `${percent(share)} of the numbers of ${column.name} are used: ${formatCount(Number(last))} of ${formatCount(Number(least))}${bySequence ? ', where its sequence ends' : narrow.length > 1 || narrow[0]?.owner !== table ? `, where ${narrow.map(({ owner, field }) => `${owner.name}.${field.name}`).join(' and ')} end${narrow.length === 1 ? 's' : ''}` : ''}.`,
          fix: bySequence
            ? sequence.type === 'bigint'
              ? `ALTER SEQUENCE ${quote.name(sequence)} NO MAXVALUE`
              : `ALTER SEQUENCE ${quote.name(sequence)} AS bigint NO MAXVALUE`
            : [
                ...narrow.map(
                  ({ owner, field }) =>
                    `ALTER TABLE ${quote.name(owner)} ALTER COLUMN ${quote.identifier(field.name)} TYPE bigint`,
                ),
                ...(sequence.type === 'bigint' || column.identity !== undefined
                  ? []
                  : [`ALTER SEQUENCE ${quote.name(sequence)} AS bigint`]),
              ].join(';\n'),
        },
      ];
    });
  },
};

/** Foreign keys by the table that they refer to. */
function referring(
  catalog: Catalog,
): ReadonlyMap<string, readonly { owner: Table; constraint: Constraint }[]> {
  const found = new Map<string, { owner: Table; constraint: Constraint }[]>();
  for (const owner of catalog.tables)
    for (const constraint of owner.constraints) {
      if (!constraint.references) continue;
      const key = keyOf(constraint.references);
      const list = found.get(key);
      if (list) list.push({ owner, constraint });
      else found.set(key, [{ owner, constraint }]);
    }
  return found;
}
