import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

const superuser = true as const;

/** Operators and functions of a class or family (alias `e`), as statements name them: `OPERATOR 1 s.< (a, b)`. */
const members = (family: string, condition: (catalog: string, oid: string) => string): string => `
(SELECT coalesce(json_agg(m.sql ORDER BY m.sort, m.number, m.sql COLLATE "C"), '[]'::json) FROM (
  SELECT 1 AS sort, a.amopstrategy AS number, 'OPERATOR ' || a.amopstrategy || ' ' || pg_catalog.quote_ident(sn.nspname) || '.' || o.oprname
      || ' (' || pg_catalog.format_type(a.amoplefttype, NULL) || ', ' || pg_catalog.format_type(a.amoprighttype, NULL) || ')'
      || CASE WHEN a.amopsortfamily <> 0 THEN ' FOR ORDER BY ' || (SELECT ${qualifiedSql('yn.nspname', 'y.opfname')} FROM pg_catalog.pg_opfamily y JOIN pg_catalog.pg_namespace yn ON yn.oid = y.opfnamespace WHERE y.oid = a.amopsortfamily) ELSE '' END AS sql
  FROM pg_catalog.pg_amop a JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr JOIN pg_catalog.pg_namespace sn ON sn.oid = o.oprnamespace
  WHERE a.amopfamily = ${family} AND ${condition('pg_amop', 'a.oid')}
  UNION ALL
  SELECT 2, a.amprocnum, 'FUNCTION ' || a.amprocnum || ' (' || pg_catalog.format_type(a.amproclefttype, NULL) || ', ' || pg_catalog.format_type(a.amprocrighttype, NULL) || ') ' || a.amproc::oid::regprocedure
  FROM pg_catalog.pg_amproc a WHERE a.amprocfamily = ${family} AND ${condition('pg_amproc', 'a.oid')}) m)`;

const ofClass = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${oid} AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.refobjid = k.oid)`;
const loose = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${oid} AND d.refclassid = 'pg_catalog.pg_opclass'::regclass)`;

interface FamilyFacts {
  readonly method: string;
  readonly members: readonly string[];
}

/** Operator families with what belongs to no class of theirs. */
export const operatorFamilies: Kind<Fact<FamilyFacts>> = simple<FamilyFacts>({
  kind: 'operator family',
  query: () => `
SELECT n.nspname::text AS schema, f.opfname::text AS name, ${ownerSql('f.opfowner')} AS owner, ${commentSql('pg_opfamily', 'f.oid')} AS comment, NULL AS rights,
  json_build_object('method', am.amname, 'members', ${members('f.oid', loose)}) AS facts
FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
WHERE ${OWN_SCHEMA} AND ${ours('pg_opfamily', 'f.oid')} ORDER BY n.nspname COLLATE "C", f.opfname COLLATE "C", am.amname`,
  key: (fact) => keys.typed('operator family', fact, ` ${fact.facts.method}`),
  called: (fact) => ({ what: whatOf('FAMILY', fact), schema: fact.schema, superuser }),
  create: (fact) => [
    { sql: `CREATE ${whatOf('FAMILY', fact)}`, because: 'new operator family', superuser },
    ...(fact.facts.members.length === 0
      ? []
      : [
          {
            sql: `ALTER ${whatOf('FAMILY', fact)} ADD ${fact.facts.members.join(', ')}`,
            because: 'what belongs to it',
            superuser,
          },
        ]),
  ],
});

interface ClassFacts {
  readonly method: string;
  readonly family: string;
  readonly type: string;
  readonly default: boolean;
  readonly storage: string | null;
  readonly members: readonly string[];
}

/** Operator classes. */
export const operatorClasses: Kind<Fact<ClassFacts>> = simple<ClassFacts>({
  kind: 'operator class',
  query: () => `
SELECT n.nspname::text AS schema, k.opcname::text AS name, ${ownerSql('k.opcowner')} AS owner, ${commentSql('pg_opclass', 'k.oid')} AS comment, NULL AS rights,
  json_build_object('method', am.amname, 'family', ${qualifiedSql('fn.nspname', 'f.opfname')}, 'type', pg_catalog.format_type(k.opcintype, NULL), 'default', k.opcdefault,
    'storage', pg_catalog.format_type(nullif(k.opckeytype, 0), NULL), 'members', ${members('k.opcfamily', ofClass)}) AS facts
FROM pg_catalog.pg_opclass k JOIN pg_catalog.pg_namespace n ON n.oid = k.opcnamespace JOIN pg_catalog.pg_am am ON am.oid = k.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = k.opcfamily JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
WHERE ${OWN_SCHEMA} AND ${ours('pg_opclass', 'k.oid')} ORDER BY n.nspname COLLATE "C", k.opcname COLLATE "C", am.amname`,
  key: (fact) => keys.typed('operator class', fact, ` ${fact.facts.method}`),
  called: (fact) => ({ what: whatOf('CLASS', fact), schema: fact.schema, superuser }),
  create: (fact) => {
    const { facts } = fact;
    const items = [...facts.members, ...(facts.storage === null ? [] : [`STORAGE ${facts.storage}`])];
    return [
      {
        sql: `CREATE OPERATOR CLASS ${full(fact)}${facts.default ? ' DEFAULT' : ''} FOR TYPE ${facts.type} USING ${id(facts.method)} FAMILY ${facts.family} AS ${items.length === 0 ? `STORAGE ${facts.type}` : items.join(', ')}`,
        because: 'new operator class',
        superuser,
      },
    ];
  },
});

function whatOf(word: 'CLASS' | 'FAMILY', fact: Fact<{ readonly method: string }>): string {
  return `OPERATOR ${word} ${full(fact)} USING ${id(fact.facts.method)}`;
}
