import { isDeepStrictEqual } from 'node:util';
import { printName } from '../../../../catalog/identity.ts';
import { full, id, options as optionList, text } from '../../structure/making.ts';
import { OPTIONS, OWN_SCHEMA } from '../../inspect/scope.ts';
import { keys, names } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ours, ownerSql, rightsSql, type Fact } from './facts.ts';
import { optionActions } from './options.ts';
import { simple } from './simple.ts';
import { renameRelation } from './table-names.ts';

/** A view or materialized view. */
export interface ViewFacts {
  readonly materialized: boolean;
  readonly populated: boolean;
  readonly method: string | null;
  readonly definition: string;
  readonly options: readonly string[];
  readonly columns: readonly ViewColumn[];
}

interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly default: string | null;
  readonly comment: string | null;
  readonly statistics: number | null;
  /** How its values are stored, when that is not what is usual for its type. */
  readonly storage: string | null;
  readonly usual: string;
  readonly compression: string | null;
}

const query = (version: number): string => `
SELECT n.nspname::text AS schema, c.relname::text AS name, ${ownerSql('c.relowner')} AS owner, ${commentSql('pg_class', 'c.oid')} AS comment,
  ${rightsSql('c.relacl', 'r', 'c.relowner', 'c.oid')} AS rights,
  json_build_object('materialized', c.relkind = 'm', 'populated', c.relispopulated, 'method', (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
    'definition', regexp_replace(pg_catalog.pg_get_viewdef(c.oid), ';\\s*$', ''), 'options', ${OPTIONS},
    'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'collation', nullif(a.attcollation, 0)::regcollation::text, 'default', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
        'comment', pg_catalog.col_description(c.oid, a.attnum), 'statistics', ${version >= 170_000 ? 'a.attstattarget' : 'nullif(a.attstattarget, -1)'},
        'storage', CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage::text END, 'usual', t.typstorage,
        'compression', ${version >= 140_000 ? "nullif(a.attcompression::text, '')" : 'NULL'}) ORDER BY a.attnum), '[]'::json)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS facts
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND ${OWN_SCHEMA} AND ${ours('pg_class', 'c.oid')}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const wordOf = ({ facts }: Fact<ViewFacts>): string => (facts.materialized ? 'MATERIALIZED VIEW' : 'VIEW');

/** Views and materialized views, with their columns; indexes, triggers and rules on them are things of their own. */
export const views: Kind<Fact<ViewFacts>> = simple<ViewFacts>({
  kind: 'view',
  query,
  key: keys.view,
  names: (fact) => [names.relation(fact), names.type(fact)],
  called: (fact) => ({
    what: `${wordOf(fact)} ${full(fact)}`,
    grant: `TABLE ${full(fact)}`,
    letter: 'r',
    schema: fact.schema,
  }),
  create: (fact) => [
    { sql: createSql(fact), because: `new ${wordOf(fact).toLowerCase()}` },
    ...fact.facts.columns.flatMap((column) => columnPieces(fact, undefined, column)),
  ],
  change(before, after) {
    const was = before.facts;
    const is = after.facts;
    if (was.materialized !== is.materialized || was.method !== is.method) return 'replace';
    const widened = is.columns.slice(0, was.columns.length);
    const fits = was.columns.every(
      (column, at) =>
        column.name === widened[at]?.name &&
        column.type === widened[at].type &&
        column.collation === widened[at].collation,
    );
    const other = was.definition !== is.definition || was.columns.length !== is.columns.length;
    if (!fits || (other && is.materialized)) return 'replace';
    const alter = `ALTER ${wordOf(after)} ${full(after)} `;
    return [
      ...(other
        ? [
            {
              sql: createSql(after).replace(/^CREATE VIEW/, 'CREATE OR REPLACE VIEW'),
              because: 'its query changes',
              frees: ['*'],
            },
          ]
        : optionActions(was.options, is.options).map((action) => ({
            sql: alter + action,
            because: 'its options change',
          }))),
      ...is.columns.flatMap((column, at) => columnPieces(after, was.columns[at], column)),
      ...(was.populated === is.populated
        ? []
        : [
            {
              sql: `REFRESH MATERIALIZED VIEW ${full(after)}${is.populated ? '' : ' WITH NO DATA'}`,
              because: is.populated ? 'it is to be filled' : 'it is to be empty',
            },
          ]),
    ];
  },
  drop: (fact) => [{ sql: `DROP ${wordOf(fact)} ${full(fact)}`, because: 'no longer wanted' }],
  more: {
    renames: {
      kind: 'view',
      free: true,
      name: ({ object }) => printName(object),
      place: () => '',
      likeness: ({ object: before }, { object: after }) =>
        before.facts.materialized === after.facts.materialized &&
        before.facts.definition === after.facts.definition
          ? 1
          : 0,
      statements: ({ object }, to) => renameRelation(wordOf(object), object, to),
    },
  },
});

function createSql({ schema, name, facts }: Fact<ViewFacts>): string {
  return [
    `CREATE ${facts.materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${full({ schema, name })}`,
    ...(facts.method === null ? [] : [`USING ${id(facts.method)}`]),
    ...optionList('WITH', facts.options),
    `AS\n${facts.definition}`,
    ...(facts.materialized && !facts.populated ? ['WITH NO DATA'] : []),
  ].join(' ');
}

const storages: Readonly<Record<string, string>> = { p: 'PLAIN', e: 'EXTERNAL', x: 'EXTENDED', m: 'MAIN' };
const compressions: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };

/** What a column has beside its query. */
function columnPieces(
  fact: Fact<ViewFacts>,
  before: ViewColumn | undefined,
  column: ViewColumn,
): readonly Piece[] {
  const alter = `ALTER ${wordOf(fact)} ${full(fact)} ALTER COLUMN ${id(column.name)} `;
  const differs = (what: 'default' | 'comment' | 'statistics' | 'storage' | 'compression'): boolean =>
    !isDeepStrictEqual(before?.[what] ?? null, column[what]);
  const because = `its column ${column.name} differs`;
  return [
    ...(differs('default')
      ? [
          {
            sql: alter + (column.default === null ? 'DROP DEFAULT' : `SET DEFAULT ${column.default}`),
            because,
          },
        ]
      : []),
    ...(differs('statistics') ? [{ sql: `${alter}SET STATISTICS ${column.statistics ?? -1}`, because }] : []),
    ...(differs('storage')
      ? [{ sql: `${alter}SET STORAGE ${storages[column.storage ?? column.usual] ?? 'EXTENDED'}`, because }]
      : []),
    ...(differs('compression')
      ? [{ sql: `${alter}SET COMPRESSION ${compressions[column.compression ?? ''] ?? 'default'}`, because }]
      : []),
    ...(differs('comment')
      ? [
          {
            sql: `COMMENT ON COLUMN ${full(fact)}.${id(column.name)} IS ${column.comment === null ? 'NULL' : text(column.comment)}`,
            because,
          },
        ]
      : []),
  ];
}
