import { printName } from '../../catalog/identity.ts';
import { readArray } from '../../base/array-literal.ts';
import { percent } from './limits.ts';
import type { HealthRule } from './model.ts';

/** Several values in one text. */
export const listInText: HealthRule = {
  id: 'list-in-text',
  group: 'types',
  severity: 'info',
  finds: 'Several values in one text, parted by commas',
  because: 'no foreign key holds for them, no index finds one of them, and each reader takes them apart anew',
  instead: 'Use an array with a GIN index, or a table of its own.',
  threshold:
    'From half of at least 4 values that statistics show on which are two or more short words parted by commas or bars: sentences have blanks.',
  needs: ['statistics'],
  find: ({ structure: { tables, types }, statistics }) =>
    tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) => {
        const counted = types.family(type) === 'text' ? statistics(table, name) : undefined;
        const values = [counted?.commonValues, counted?.histogram].flatMap((text) =>
          text === undefined ? [] : (readArray(text) ?? []).filter((one) => typeof one === 'string'),
        );
        const lists = values.filter((one) =>
          /^[\p{L}\p{N}_.-]{1,40}(?:\s?[,;|]\s?[\p{L}\p{N}_.-]{1,40})+$/u.test(one),
        );
        return values.length >= 4 && lists.length >= values.length / 2
          ? [
              {
                object: `${printName(table)}.${name}`,
                message: `${percent(lists.length / values.length)} of ${values.length} values of ${name} that statistics show are lists.`,
              },
            ]
          : [];
      }),
    ),
};
