import { guessPersonal } from '../../catalog/personal.ts';
import { printName } from '../../catalog/identity.ts';
import { granted, outside } from './outsiders.ts';
import type { HealthRule } from './model.ts';

/** People's data open to visitors. */
export const openPersonalData: HealthRule = {
  id: 'open-personal-data',
  group: 'rights',
  severity: 'warning',
  finds: 'People’s data or secrets in columns that everybody may read',
  because: 'nobody asked these people, and one careless client shows all of it',
  instead: 'Grant the columns that visitors need, one by one.',
  threshold:
    'Columns named like an address, a birthday, a token and so on, in tables without row security that PUBLIC or a role of visitors may read.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) => {
      const whole = outside(table.grants).filter(({ privilege }) => privilege === 'SELECT');
      if (table.rowSecurity !== 'off') return [];
      return table.columns.flatMap((column) => {
        const open = [...whole, ...outside(column.grants).filter(({ privilege }) => privilege === 'SELECT')];
        const kind = open.length === 0 ? undefined : guessPersonal(table.name, column.name);
        return kind
          ? [
              {
                object: `${printName(table)}.${column.name}`,
                message: `${granted(open)} may read ${column.name}, which is named like ${kind.class === 'secret' ? 'a secret' : 'personal data'}.`,
                fix: `REVOKE SELECT ON ${quote.name(table)} FROM ${[...new Set(open.map(({ to }) => (to === 'PUBLIC' ? to : quote.identifier(to))))].join(', ')}`,
              },
            ]
          : [];
      });
    }),
};
