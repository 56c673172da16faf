import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A reference to one of several tables. */
export const polymorphicReference: HealthRule = {
  id: 'polymorphic-reference',
  group: 'tables',
  severity: 'info',
  finds: 'A reference to one of several tables',
  because: 'no foreign key holds for it, so that rows stay when what they belong to goes',
  instead:
    'Give each kind of target a column and a foreign key of its own, and check that one of them is set.',
  threshold: 'By names: `x_id` without a foreign key beside `x_type` of a text or a list of labels.',
  needs: [],
  find: ({ structure: { tables, types, catalog } }) =>
    tables.flatMap((table) =>
      table.columns.flatMap(({ name }) => {
        const word = /^(.+)_id$/i.exec(name)?.[1];
        const kind =
          word === undefined
            ? undefined
            : table.columns.find((one) => one.name.toLowerCase() === `${word}_type`.toLowerCase());
        const words =
          kind &&
          (types.family(kind.type) === 'text' ||
            catalog.types.some((one) => one.kind === 'enum' && one.name === kind.type.split('.').at(-1)));
        return kind &&
          words &&
          !table.constraints.some(({ kind: what, columns }) => what === 'foreign' && columns.includes(name))
          ? [
              {
                object: `${printName(table)}.${name}`,
                message: `${kind.name} says what ${name} means.`,
              },
            ]
          : [];
      }),
    ),
};
