import { keys } from '../keys.ts';
import type { Kind, Thing } from '../model.ts';
import { rowsOf, type Fact } from './facts.ts';

/** Objects that are compared and never planned: a difference is refused by name. */
function refused(kind: string, query: (version: number) => string, why: string): Kind<Fact<unknown>> {
  const says = () => why;
  return {
    kind,
    query,
    list: (side): readonly Thing<Fact<unknown>>[] =>
      rowsOf<Fact<unknown>>(side, kind).map((fact) => {
        const key = keys.named(kind, fact);
        return { key, path: key, object: fact };
      }),
    make: () => [],
    drop: () => [],
    refuses: says,
    alter: (before, after) =>
      JSON.stringify([before.object.facts, before.object.comment]) ===
      JSON.stringify([after.object.facts, after.object.comment])
        ? []
        : { refused: why },
  };
}

/** Subscriptions, their addresses as a sum only. */
export const subscriptions = refused(
  'subscription',
  () => `
SELECT '' AS schema, s.subname::text AS name, pg_catalog.obj_description(s.oid, 'pg_subscription') AS comment,
  jsonb_set(to_jsonb(s) - '{oid,subdbid,subname,subowner,subskiplsn}'::text[], '{subconninfo}', to_jsonb(pg_catalog.md5(s.subconninfo))) AS facts
FROM pg_catalog.pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) ORDER BY 2`,
  'a subscription connects to another server, with a password that nobody prints',
);

/** Security labels; they are judged by providers that are loaded into the server. */
export const securityLabels = refused(
  'security label',
  () => `
SELECT '' AS schema, l.objtype || ' ' || l.objname || ' ' || l.provider AS name, NULL AS comment, to_json(l.label) AS facts
FROM pg_catalog.pg_seclabels l WHERE l.objtype NOT IN ('role', 'database', 'tablespace') ORDER BY 2`,
  'security labels belong to a provider that is loaded into the server',
);
