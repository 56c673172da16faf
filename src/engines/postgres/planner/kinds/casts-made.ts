import type { Kind } from '../model.ts';
import { commentSql, ours, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface CastFacts {
  readonly how: string;
  readonly context: string;
  /** Whether only a superuser may make it: both types are the server's own, or no function converts. */
  readonly superuser: boolean;
}

/** A range brings the casts to its multirange along. */
const query = (): string => `
SELECT '' AS schema, '(' || pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) || ')' AS name,
  NULL AS owner, ${commentSql('pg_cast', 'c.oid')} AS comment, NULL AS rights,
  json_build_object('how', CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
    'context', CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END,
    'superuser', c.castmethod = 'b' OR (c.castsource < 16384 AND c.casttarget < 16384)) AS facts
FROM pg_catalog.pg_cast c WHERE ${ours('pg_cast', 'c.oid')}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')
ORDER BY 2`;

/** Casts. */
export const casts: Kind<Fact<CastFacts>> = simple<CastFacts>({
  kind: 'cast',
  query,
  key: ({ name }) => `cast ${name}`,
  called: ({ name, facts }) => ({
    what: `CAST ${name}`,
    ...(facts.superuser ? { superuser: true as const } : {}),
  }),
  create: ({ name, facts }) => [
    {
      sql: `CREATE CAST ${name} ${facts.how}${facts.context}`,
      because: 'new cast',
      ...(facts.superuser ? { superuser: true as const } : {}),
    },
  ],
});
