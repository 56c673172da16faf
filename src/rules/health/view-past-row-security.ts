import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A view that shows what row security hides. */
export const viewPastRowSecurity: HealthRule = {
  id: 'view-past-row-security',
  group: 'rights',
  severity: 'warning',
  finds: 'A view over a table with row security that shows its owner’s rows to everybody',
  because: 'a view reads with the rights of its owner, whom row security does not hold',
  instead: 'Let the view read with the rights of who asks.',
  threshold:
    'Views without security_invoker that others than the owner may read, over a table with row security; from PostgreSQL 15 on it can be mended.',
  needs: [],
  find: ({ structure: { views, tables, quote }, snapshot }) => {
    const hidden = tables.filter(({ rowSecurity }) => rowSecurity !== 'off');
    return views
      .filter(
        ({ materialized, options, grants }) =>
          !materialized &&
          grants.some(({ privilege }) => privilege === 'SELECT') &&
          !options.some((one) => /^security_invoker=(?:true|on|1)$/.test(one)),
      )
      .flatMap((view) => {
        const over = hidden.find(({ schema, name }) =>
          [quote.full({ schema, name }), ...(schema === 'public' ? [quote.identifier(name)] : [])].some(
            (text) =>
              new RegExp(
                `(?:FROM|JOIN|,)\\s+\\(*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w$.])`,
                'i',
              ).test(view.definition),
          ),
        );
        return over
          ? [
              {
                object: printName(view),
                message: `${view.name} reads ${over.name}, which has row security, with the rights of ${view.owner}.`,
                ...(snapshot.source.versionNumber >= 150_000
                  ? { fix: `ALTER VIEW ${quote.name(view)} SET (security_invoker = true)` }
                  : {}),
              },
            ]
          : [];
      });
  },
};
