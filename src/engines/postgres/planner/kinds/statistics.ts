import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ours, ownerSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface StatisticsFacts {
  readonly table: { readonly schema: string; readonly name: string };
  readonly definition: string;
  readonly target: number | null;
}

const query = (): string => `
SELECT n.nspname::text AS schema, s.stxname::text AS name, ${ownerSql('s.stxowner')} AS owner, ${commentSql('pg_statistic_ext', 's.oid')} AS comment, NULL AS rights,
  json_build_object('table', json_build_object('schema', tn.nspname, 'name', c.relname), 'definition', pg_catalog.pg_get_statisticsobjdef(s.oid),
    'target', nullif(s.stxstattarget, -1)) AS facts
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = c.relnamespace
WHERE ${OWN_SCHEMA} AND ${ours('pg_statistic_ext', 's.oid')} ORDER BY n.nspname COLLATE "C", s.stxname COLLATE "C"`;

const targetPiece = (fact: Fact<StatisticsFacts>) => ({
  sql: `ALTER STATISTICS ${full(fact)} SET STATISTICS ${fact.facts.target ?? -1}`,
  because: 'how much is kept',
});

/** Statistics over several columns or expressions. */
export const statistics: Kind<Fact<StatisticsFacts>> = simple<StatisticsFacts>({
  kind: 'statistics',
  query,
  key: (fact) => keys.named('statistics', fact),
  needs: ({ facts }) => [keys.table(facts.table)],
  called: (fact) => ({ what: `STATISTICS ${full(fact)}`, schema: fact.schema }),
  create: (fact) => [
    { sql: fact.facts.definition, because: 'new statistics' },
    ...(fact.facts.target === null ? [] : [targetPiece(fact)]),
  ],
  change: (before, after) =>
    before.facts.definition === after.facts.definition ? [targetPiece(after)] : 'replace',
  more: { follows: true },
});
