import { printName } from '../../catalog/identity.ts';
import { granted, outside } from './outsiders.ts';
import type { HealthRule } from './model.ts';

/** Rows that row security cannot guard, open to visitors. */
export const openMaterialisedView: HealthRule = {
  id: 'open-materialised-view',
  group: 'rights',
  severity: 'warning',
  finds: 'A materialised view or a foreign table that visitors may read',
  because: 'row security knows neither, so that all of its rows are open',
  instead: 'Take the rights away, and show the rows through a view or a function that filters.',
  threshold: 'Rights of PUBLIC, anon, authenticated and such roles.',
  needs: [],
  find: ({ structure: { views, tables, quote } }) =>
    [
      ...views.filter(({ materialized }) => materialized),
      ...tables.filter(({ kind }) => kind === 'foreign'),
    ].flatMap((object) => {
      const open = outside(object.grants).filter(({ privilege }) => privilege === 'SELECT');
      return open.length === 0
        ? []
        : [
            {
              object: printName(object),
              message: `${granted(open)} may read all rows of ${object.name}.`,
              fix: `REVOKE SELECT ON ${quote.name(object)} FROM ${[...new Set(open.map(({ to }) => (to === 'PUBLIC' ? to : quote.identifier(to))))].join(', ')}`,
            },
          ];
    }),
};
