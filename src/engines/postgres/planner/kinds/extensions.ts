import { id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ownerSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface ExtensionFacts {
  readonly schema: string;
  readonly version: string;
  readonly requires: readonly string[];
}

/** Whether somebody who is no superuser may install it is asked of the same server. */
const query = (): string => `
SELECT '' AS schema, e.extname::text AS name, ${ownerSql('e.extowner')} AS owner,
  nullif(${commentSql('pg_extension', 'e.oid')}, a.comment) AS comment, NULL AS rights,
  json_build_object('schema', n.nspname, 'version', e.extversion,
    'requires', (SELECT coalesce(json_agg(o.extname ORDER BY o.extname), '[]'::json) FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension o ON o.oid = d.refobjid
      WHERE d.classid = 'pg_catalog.pg_extension'::regclass AND d.objid = e.oid AND d.refclassid = 'pg_catalog.pg_extension'::regclass)) AS facts
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
WHERE e.extname <> 'plpgsql' ORDER BY e.extname COLLATE "C"`;

/** Extensions; their members are not objects of the user. */
export const extensions: Kind<Fact<ExtensionFacts>> = simple<ExtensionFacts>({
  kind: 'extension',
  query,
  key: ({ name }) => keys.extension(name),
  needs: ({ facts }) => [
    ...(facts.schema === 'pg_catalog' ? [] : [keys.schema(facts.schema)]),
    ...facts.requires.map(keys.extension),
  ],
  called: ({ name }) => ({ what: `EXTENSION ${id(name)}`, superuser: true }),
  create: ({ name, facts }, { to }) => {
    const own = !to.catalog.schemas.some((schema) => schema.name === facts.schema);
    return [
      {
        sql: `CREATE EXTENSION IF NOT EXISTS ${id(name)}${own ? '' : ` WITH SCHEMA ${id(facts.schema)}`} VERSION ${text(facts.version)}`,
        because: 'new extension',
        superuser: true,
      },
    ];
  },
  change(before, after) {
    const { name } = after;
    return [
      ...(before.facts.schema === after.facts.schema
        ? []
        : [
            {
              sql: `ALTER EXTENSION ${id(name)} SET SCHEMA ${id(after.facts.schema)}`,
              because: 'it moves to another schema',
              superuser: true as const,
              frees: [keys.schema(before.facts.schema)],
            },
          ]),
      ...(before.facts.version === after.facts.version
        ? []
        : [
            {
              sql: `ALTER EXTENSION ${id(name)} UPDATE TO ${text(after.facts.version)}`,
              because: `version ${before.facts.version} becomes ${after.facts.version}`,
              superuser: true as const,
            },
          ]),
    ];
  },
  // Rows go with what an extension made.
  more: { holdsData: true },
});
