import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';
import { greatestOf, numberedColumns } from './numbered-columns.ts';

/** A sequence that ends before its column does, or belongs to none. */
export const narrowSequence: HealthRule = {
  id: 'narrow-sequence',
  group: 'tables',
  severity: 'info',
  finds: 'A sequence that ends before its column does, or that belongs to no column though one goes by it',
  because:
    'somebody widened the column and forgot the sequence; one that belongs to no column stays when the table goes',
  instead: 'Let the sequence go as far as the column, and give it to the column.',
  threshold: 'The structure alone decides.',
  needs: [],
  find: ({ snapshot, quote }) => {
    const numbered = numberedColumns(snapshot.catalog);
    const users = new Map<unknown, number>();
    for (const { sequence } of numbered) users.set(sequence, (users.get(sequence) ?? 0) + 1);
    return numbered.flatMap(({ sequence, table, column, owned }) => {
      const end = greatestOf(column.type);
      const narrow =
        end !== undefined && BigInt(sequence.maximum) < end && !sequence.increment.startsWith('-');
      const shared = users.get(sequence)! > 1;
      const wanted = [
        ...(narrow ? [`AS ${column.type} NO MAXVALUE`] : []),
        ...(owned || shared ? [] : [`OWNED BY ${quote.name(table)}.${quote.identifier(column.name)}`]),
      ];
      return wanted.length === 0
        ? []
        : [
            {
              object: `${printName(table)}.${column.name}`,
              message: narrow
                ? `${sequence.name} ends at ${sequence.maximum}, and ${column.name} is ${column.type}.`
                : `${sequence.name} belongs to no column, and ${column.name} goes by it.`,
              fix: wanted.map((part) => `ALTER SEQUENCE ${quote.name(sequence)} ${part}`).join(';\n'),
            },
          ];
    });
  },
};
