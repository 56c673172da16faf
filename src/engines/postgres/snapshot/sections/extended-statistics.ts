import type { Name } from '../../../../catalog/model.ts';
import type { ExtendedStatistics } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, ordered, present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';
import { figures, toFigures, type FigureRow } from './column-statistics.ts';

const stage = 'read sizes and statistics';

/** Objects over several columns, whether or not their figures can be seen. */
export const EXTENDED: Section = {
  name: 'extended-statistics',
  stage,
  why: "Statistics over several columns: numbers of distinct pairs, dependencies, common pairs. Only a table's owner sees them. Column numbers are told, since dropped columns count in them.",
  sql: ({ version }) => `
SELECT n.nspname::text AS schema, x.stxname::text AS name, cn.nspname::text AS table_schema, c.relname::text AS table_name,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS table_owner,
       (SELECT json_agg(a.attnum ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS live,
       s.statistics_name IS NOT NULL AS visible, NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') OR row_security_active(c.oid) AS hidden, ${version >= 150_000 ? 'coalesce(s.inherited, false)' : 'false'} AS inherited,
       s.n_distinct::text AS n_distinct, s.dependencies::text AS dependencies,
       s.most_common_vals AS common_values, s.most_common_freqs AS common_frequencies, s.most_common_base_freqs AS base_frequencies
FROM pg_catalog.pg_statistic_ext x
JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace
JOIN pg_catalog.pg_class c ON c.oid = x.stxrelid
JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stats_ext s ON s.statistics_schemaname = n.nspname AND s.statistics_name = x.stxname
WHERE ${OWN_SCHEMA}
${ordered('n.nspname', 'x.stxname')}, inherited`,
};

/** Figures of the expressions in them. */
export const EXTENDED_EXPRESSIONS: Section = {
  name: 'extended-expressions',
  stage,
  why: 'Statistics of expressions that belong to statistics over several columns; they came with 14.',
  sql: ({ version }) =>
    version < 140_000
      ? 'SELECT NULL::text AS schema WHERE false'
      : `
SELECT n.nspname::text AS schema, x.stxname::text AS name, e.place::int AS place, ${
          version >= 150_000 ? figures('s') : figures('s').replace('s.inherited', 'false AS inherited')
        }
FROM pg_catalog.pg_statistic_ext x
JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace
CROSS JOIN LATERAL unnest(pg_catalog.pg_get_statisticsobjdef_expressions(x.oid)) WITH ORDINALITY e(text, place)
JOIN pg_catalog.pg_stats_ext_exprs s ON s.statistics_schemaname = n.nspname AND s.statistics_name = x.stxname AND s.expr = e.text
WHERE ${OWN_SCHEMA}
${ordered('n.nspname', 'x.stxname')}, inherited, e.place`,
};

interface ExtendedRow {
  readonly schema: string;
  readonly name: string;
  readonly table_schema: string;
  readonly table_name: string;
  readonly table_owner: string;
  readonly live: readonly number[] | null;
  readonly visible: boolean;
  /** The role may not see its figures, whether there are any or not. */
  readonly hidden: boolean;
  readonly inherited: boolean;
  readonly n_distinct: string | null;
  readonly dependencies: string | null;
  readonly common_values: readonly (readonly (string | null)[])[] | null;
  readonly common_frequencies: readonly number[] | null;
  readonly base_frequencies: readonly number[] | null;
}

interface ExpressionRow extends FigureRow {
  readonly schema: string;
  readonly name: string;
  readonly place: number;
}

/** Statistics over several columns whose figures could be seen, with columns numbered as if none had ever been dropped. */
export function toExtended(recording: Recording): readonly ExtendedStatistics[] {
  const expressions = new Map<string, ExpressionRow[]>();
  for (const row of rowsOf<ExpressionRow>(recording, EXTENDED_EXPRESSIONS))
    expressions.set(keyed(row), [...(expressions.get(keyed(row)) ?? []), row]);
  return rowsOf<ExtendedRow>(recording, EXTENDED)
    .filter(({ visible }) => visible)
    .map((row) =>
      present<ExtendedStatistics>({
        schema: row.schema,
        name: row.name,
        table: { schema: row.table_schema, name: row.table_name },
        inherited: row.inherited,
        distinct: renumbered(row.n_distinct, row.live),
        dependencies: renumbered(row.dependencies, row.live),
        common: row.common_values && {
          values: row.common_values,
          frequencies: row.common_frequencies ?? [],
          baseFrequencies: row.base_frequencies ?? [],
        },
        expressions: (expressions.get(keyed(row)) ?? []).map((one) => toFigures(one)),
      }),
    );
}

/** Tables whose statistics over several columns only their owner sees, with that owner. */
export function hiddenExtended(
  recording: Recording,
): readonly { readonly name: Name; readonly table: Name; readonly owner: string }[] {
  return rowsOf<ExtendedRow>(recording, EXTENDED)
    .filter(({ visible, hidden }) => !visible && hidden)
    .map((row) => ({
      name: { schema: row.schema, name: row.name },
      table: { schema: row.table_schema, name: row.table_name },
      owner: row.table_owner,
    }));
}

const keyed = (row: {
  readonly schema: string;
  readonly name: string;
  readonly inherited: boolean;
}): string => JSON.stringify([row.schema, row.name, row.inherited]);

/** Numbers of columns stand inside the quotes only: `{"1, 3": 12}`, `{"1 => 3": 0.5}`; expressions have negative ones. */
function renumbered(text: string | null, live: readonly number[] | null): string | null {
  if (text === null || live === null || live.every((number, index) => number === index + 1)) return text;
  return text.replaceAll(/"[^"]*"/g, (key) =>
    key.replaceAll(/-?\d+/g, (number) =>
      number.startsWith('-') ? number : String(live.indexOf(Number(number)) + 1),
    ),
  );
}
