import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { id } from '../../structure/making.ts';
import { simple } from './simple.ts';
import { rightsSql, type Fact } from './facts.ts';

/** Who may set parameters of the server, since 15; they belong to the whole server, as roles do. */
export const parameters: Kind<Fact<object>> = simple<object>({
  kind: 'parameter',
  query: (version) =>
    version >= 150_000
      ? `SELECT '' AS schema, p.parname AS name, NULL AS owner, NULL AS comment, ${rightsSql('p.paracl', 'p', '10::oid')} AS rights, '{}'::json AS facts
         FROM pg_catalog.pg_parameter_acl p ORDER BY 2`
      : `SELECT '' AS schema, '' AS name, NULL AS owner, NULL AS comment, NULL AS rights, '{}'::json AS facts WHERE false`,
  key: ({ name }) => keys.named('parameter', { schema: '', name }),
  called: ({ name }) => ({
    what: '',
    grant: `PARAMETER ${name.split('.').map(id).join('.')}`,
    superuser: true,
  }),
  create: () => [],
  drop: ({ name, rights }) =>
    (rights ?? []).map(({ to }) => ({
      sql: `REVOKE ALL ON PARAMETER ${name.split('.').map(id).join('.')} FROM ${to === null ? 'PUBLIC' : id(to)}`,
      because: 'no longer wanted',
      superuser: true as const,
      ...(to === null ? {} : { frees: [keys.role(to)] }),
    })),
});
