import { printName } from '../../catalog/identity.ts';
import { granted, outside } from './outsiders.ts';
import type { HealthRule } from './model.ts';

/** A table open to visitors without row security. */
export const exposedTable: HealthRule = {
  id: 'exposed-table',
  group: 'rights',
  severity: 'error',
  finds: 'A table that visitors may read or write, without row security',
  because: 'a role that stands for everybody on the web sees and changes all rows',
  instead: 'Switch row security on and write a policy for each role, or take the rights away.',
  threshold:
    'Rights of anon, authenticated, web_anon or such a role; those of PUBLIC are told by public-grant.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) => {
      const open = outside(table.grants).filter(({ to }) => to !== 'PUBLIC');
      return open.length === 0 || table.rowSecurity !== 'off'
        ? []
        : [
            {
              object: printName(table),
              message: `${granted(open)} may ${[...new Set(open.map(({ privilege }) => privilege))].join(', ')} on all rows of ${table.name}.`,
              fix: `ALTER TABLE ${quote.name(table)} ENABLE ROW LEVEL SECURITY`,
            },
          ];
    }),
};
