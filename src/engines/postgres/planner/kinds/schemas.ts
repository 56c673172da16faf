import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ours, ownerSql, rightsSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

/** Schema `public` belongs to whoever owns the database, and comes with it. */
const query = (): string => `
SELECT '' AS schema, n.nspname::text AS name, ${ownerSql('n.nspowner')} AS owner, ${commentSql('pg_namespace', 'n.oid')} AS comment,
  ${rightsSql('n.nspacl', 'n', 'n.nspowner')} AS rights, '{}'::json AS facts
FROM pg_catalog.pg_namespace n WHERE ${OWN_SCHEMA} AND (n.nspname = 'public' OR ${ours('pg_namespace', 'n.oid')})
ORDER BY n.nspname COLLATE "C"`;

/** Schemas, `public` among them. */
export const schemas: Kind<Fact<object>> = simple<object>({
  kind: 'schema',
  query,
  key: ({ name }) => keys.schema(name),
  called: ({ name }) => ({ what: `SCHEMA ${id(name)}`, letter: 'n' }),
  create: ({ name }) => [{ sql: `CREATE SCHEMA ${id(name)}`, because: 'new schema' }],
  more: {
    renames: {
      kind: 'schema',
      name: ({ path }) => path.slice('schema '.length),
      place: () => '',
      likeness: (before, after, { from, to }) => {
        const inside = (side: typeof from, schema: string): ReadonlySet<string> =>
          new Set(
            [...side.catalog.tables, ...side.catalog.views, ...side.catalog.routines, ...side.catalog.types]
              .filter((object) => object.schema === schema)
              .map(({ name }) => name),
          );
        const was = inside(from, before.object.name);
        const is = inside(to, after.object.name);
        const shared = [...was].filter((name) => is.has(name)).length;
        return was.size + is.size === 0 ? 0 : (2 * shared) / (was.size + is.size);
      },
      statements: ({ object }, to) => [`ALTER SCHEMA ${id(object.name)} RENAME TO ${id(to.name)}`],
    },
  },
});
