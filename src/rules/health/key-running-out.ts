import { foreignKeysTo } from '../../catalog/find.ts';
import { printName, sameName } from '../../catalog/identity.ts';
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
  find: ({ snapshot, limits, quote }) =>
    numberedColumns(snapshot.catalog).flatMap(({ sequence, table, column }) => {
      const last = snapshot.sequences.find((one) => sameName(one, sequence))?.last;
      if (last === undefined || sequence.cycle || sequence.increment.startsWith('-')) return [];
      const references = foreignKeysTo(snapshot.catalog, table).flatMap(
        ({ from, constraint, references: to }) => {
          const at = to.columns.indexOf(column.name);
          const field = at < 0 ? undefined : from.columns.find(({ name }) => name === constraint.columns[at]);
          return field ? [{ owner: from, field }] : [];
        },
      );
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
    }),
};
