import { isDeepStrictEqual } from 'node:util';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ownerSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface Published {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly filter: string | null;
}

interface PublicationFacts {
  readonly all: boolean;
  readonly publish: readonly string[];
  readonly root: boolean;
  /** `n` none, `s` stored: which generated columns are sent along, since 18. */
  readonly generated: string | null;
  readonly tables: readonly Published[];
  readonly schemas: readonly string[];
}

/** Columns, filters and schemas came with 15. */
const query = (version: number): string => {
  const newer = version >= 150_000;
  return `
SELECT '' AS schema, p.pubname::text AS name, ${ownerSql('p.pubowner')} AS owner, ${commentSql('pg_publication', 'p.oid')} AS comment, NULL AS rights,
  json_build_object('all', p.puballtables, 'root', p.pubviaroot, 'generated', ${version >= 180_000 ? 'p.pubgencols' : 'NULL'},
    'publish', array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL),
    'tables', (SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname,
        'columns', ${newer ? '(SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[]))' : 'NULL::json'},
        'filter', ${newer ? 'pg_catalog.pg_get_expr(r.prqual, r.prrelid)' : 'NULL'}) ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"), '[]'::json)
      FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid),
    'schemas', ${newer ? `(SELECT coalesce(json_agg(n.nspname ORDER BY n.nspname COLLATE "C"), '[]'::json) FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid)` : "'[]'::json"}) AS facts
FROM pg_catalog.pg_publication p ORDER BY p.pubname COLLATE "C"`;
};

const tableSql = ({ columns, filter, ...table }: Published): string =>
  `${full(table)}${columns === null ? '' : ` (${columns.map(id).join(', ')})`}${filter === null ? '' : ` WHERE ${filter.startsWith('(') ? filter : `(${filter})`}`}`;

const listSql = ({ tables, schemas }: PublicationFacts): string =>
  [
    ...(tables.length === 0 ? [] : [`TABLE ${tables.map(tableSql).join(', ')}`]),
    ...(schemas.length === 0 ? [] : [`TABLES IN SCHEMA ${schemas.map(id).join(', ')}`]),
  ].join(', ');

const optionsSql = ({ publish, root, generated }: PublicationFacts): readonly string[] => [
  `publish = '${publish.join(', ')}'`,
  `publish_via_partition_root = ${root}`,
  ...(generated === null ? [] : [`publish_generated_columns = ${generated === 's' ? 'stored' : 'none'}`]),
];

const usual = ["publish = 'insert, update, delete, truncate'", 'publish_via_partition_root = false'];

/** Only a superuser sends what is made later. */
const isWide = ({ all, schemas }: PublicationFacts): boolean => all || schemas.length > 0;

/** Publications for logical replication. */
export const publications: Kind<Fact<PublicationFacts>> = simple<PublicationFacts>({
  kind: 'publication',
  query,
  key: (fact) => keys.named('publication', fact),
  needs: ({ facts }) => [...facts.tables.map(keys.table), ...facts.schemas.map(keys.schema)],
  called: ({ name, facts }) => ({
    what: `PUBLICATION ${id(name)}`,
    ...(isWide(facts) ? { superuser: true as const } : {}),
  }),
  create: ({ name, facts }) => {
    const what = facts.all ? ' FOR ALL TABLES' : listSql(facts) === '' ? '' : ` FOR ${listSql(facts)}`;
    const more = optionsSql(facts).filter(
      (option) => !usual.includes(option) && option !== 'publish_generated_columns = none',
    );
    return [
      {
        sql: `CREATE PUBLICATION ${id(name)}${what}${more.length === 0 ? '' : ` WITH (${more.join(', ')})`}`,
        because: 'new publication',
        ...(isWide(facts) ? { superuser: true as const } : {}),
      },
    ];
  },
  change(before, after) {
    const [was, is] = [before.facts, after.facts];
    if (was.all !== is.all) return 'replace';
    const alter = `ALTER PUBLICATION ${id(after.name)} `;
    const superuser = isWide(is) || isWide(was) ? { superuser: true as const } : {};
    const options = optionsSql(is).filter((option) => !optionsSql(was).includes(option));
    const same = isDeepStrictEqual([was.tables, was.schemas], [is.tables, is.schemas]);
    const pieces: Piece[] = [];
    if (!same && listSql(is) !== '')
      pieces.push({
        sql: `${alter}SET ${listSql(is)}`,
        because: 'what it sends changes',
        frees: ['*'],
        ...superuser,
      });
    if (!same && listSql(is) === '')
      pieces.push(
        ...(was.tables.length === 0 ? [] : [`TABLE ${was.tables.map(full).join(', ')}`])
          .concat(was.schemas.length === 0 ? [] : [`TABLES IN SCHEMA ${was.schemas.map(id).join(', ')}`])
          .map((list) => ({
            sql: `${alter}DROP ${list}`,
            because: 'what it sends changes',
            frees: ['*'],
            ...superuser,
          })),
      );
    if (options.length > 0)
      pieces.push({
        sql: `${alter}SET (${options.join(', ')})`,
        because: 'how it sends changes',
        ...superuser,
      });
    return pieces;
  },
  more: {
    // A table that goes takes its place in the list along.
    without: (before, after, gone, sides) => {
      const change = publications.alter(before, after, sides);
      if (change === 'replace' || 'refused' in change) return change;
      const tables = new Set(gone);
      const again = after.object.facts.tables.filter((table) => tables.has(keys.table(table)));
      const columns = gone.some((key) => !key.startsWith('table '));
      if (columns) return 'replace';
      return [
        ...before.object.facts.tables
          .filter((table) => tables.has(keys.table(table)))
          .map((table) => ({
            sql: `ALTER PUBLICATION ${id(after.object.name)} DROP TABLE ${full(table)}`,
            because: 'a table goes, or is made again',
            frees: [keys.table(table)],
          })),
        ...again
          .filter(() => change.every(({ sql }) => !/ SET TABLE /.test(sql)))
          .map((table) => ({
            sql: `ALTER PUBLICATION ${id(after.object.name)} ADD TABLE ${tableSql(table)}`,
            because: 'the table is there again',
            needs: [keys.table(table)],
          })),
        ...change,
      ];
    },
  },
});
