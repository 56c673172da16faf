import { foreignKeysFrom } from '../../catalog/find.ts';
import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A table of names and values. */
export const entityAttributeValue: HealthRule = {
  id: 'entity-attribute-value',
  group: 'tables',
  severity: 'info',
  finds: 'A table of names and values for rows of another one',
  because:
    'nothing has a type, nothing can be demanded, and each question joins the table once per attribute',
  instead: 'Give the attributes columns, or keep the rare ones in one jsonb column.',
  threshold:
    'By its shape: a reference, a text named like an attribute, a text named like a value, and at most three columns more.',
  needs: [],
  find: ({ structure: { tables, catalog, types } }) =>
    tables.flatMap((table) => {
      const texts = table.columns.filter(({ type }) => types.family(type) === 'text');
      const attribute = texts.find(({ name }) =>
        /^(?:attr(?:ibute)?|property|field|meta|param(?:eter)?|key)(?:_?(?:name|key))?$/i.test(name),
      );
      const value = texts.find(({ name }) =>
        /^(?:(?:attr(?:ibute)?|property|field|meta|param(?:eter)?)_?)?value(?:_?text)?$/i.test(name),
      );
      return attribute && value && table.columns.length <= 6 && foreignKeysFrom(catalog, table).length > 0
        ? [
            {
              object: printName(table),
              message: `${table.name} keeps names in ${attribute.name} and values of all kinds in ${value.name}.`,
            },
          ]
        : [];
    }),
};
