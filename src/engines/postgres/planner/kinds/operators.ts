import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface OperatorFacts {
  readonly left: string | null;
  readonly right: string | null;
  readonly function: string;
  readonly commutator: string | null;
  readonly negator: string | null;
  readonly restrict: string | null;
  readonly join: string | null;
  readonly hashes: boolean;
  readonly merges: boolean;
}

const functionSql = (oid: string): string =>
  `(SELECT ${qualifiedSql('fn.nspname', 'f.proname')} FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = ${oid}::oid)`;
const operatorSql = (oid: string): string =>
  `(SELECT pg_catalog.quote_ident(sn.nspname) || '.' || s.oprname FROM pg_catalog.pg_operator s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.oprnamespace WHERE s.oid = ${oid})`;

/** Operators that others named before they were made have no function yet. */
const query = (): string => `
SELECT n.nspname::text AS schema, o.oprname::text AS name, ${ownerSql('o.oprowner')} AS owner, ${commentSql('pg_operator', 'o.oid')} AS comment, NULL AS rights,
  json_build_object('left', pg_catalog.format_type(nullif(o.oprleft, 0), NULL), 'right', pg_catalog.format_type(nullif(o.oprright, 0), NULL),
    'function', ${functionSql('o.oprcode')}, 'commutator', ${operatorSql('o.oprcom')}, 'negator', ${operatorSql('o.oprnegate')},
    'restrict', ${functionSql('o.oprrest')}, 'join', ${functionSql('o.oprjoin')}, 'hashes', o.oprcanhash, 'merges', o.oprcanmerge) AS facts
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oprcode <> 0 AND ${OWN_SCHEMA} AND ${ours('pg_operator', 'o.oid')}
ORDER BY n.nspname COLLATE "C", o.oprname COLLATE "C", o.oid`;

const typesOf = ({ left, right }: OperatorFacts): string => `${left ?? 'NONE'},${right ?? 'NONE'}`;

const whatOf = ({ schema, name, facts }: Fact<OperatorFacts>): string =>
  `OPERATOR ${id(schema)}.${name} (${facts.left ?? 'NONE'}, ${facts.right ?? 'NONE'})`;

/** Operators. */
export const operators: Kind<Fact<OperatorFacts>> = simple<OperatorFacts>({
  kind: 'operator',
  query,
  key: (fact) => keys.typed('operator', fact, `(${typesOf(fact.facts)})`),
  called: (fact) => ({ what: whatOf(fact), schema: fact.schema }),
  create: (fact) => {
    const { left, right, commutator, negator, restrict, join, hashes, merges } = fact.facts;
    const parts = [
      `FUNCTION = ${fact.facts.function}`,
      ...(left === null ? [] : [`LEFTARG = ${left}`]),
      ...(right === null ? [] : [`RIGHTARG = ${right}`]),
      ...(commutator === null ? [] : [`COMMUTATOR = OPERATOR(${commutator})`]),
      ...(negator === null ? [] : [`NEGATOR = OPERATOR(${negator})`]),
      ...(restrict === null ? [] : [`RESTRICT = ${restrict}`]),
      ...(join === null ? [] : [`JOIN = ${join}`]),
      ...(hashes ? ['HASHES'] : []),
      ...(merges ? ['MERGES'] : []),
    ];
    return [
      {
        sql: `CREATE OPERATOR ${id(fact.schema)}.${fact.name} (${parts.join(', ')})`,
        because: 'new operator',
      },
    ];
  },
  change(before, after) {
    const [was, is] = [before.facts, after.facts];
    const other = { ...was, restrict: is.restrict, join: is.join };
    if (JSON.stringify(other) !== JSON.stringify(is)) return 'replace';
    const parts = (['restrict', 'join'] as const)
      .filter((what) => was[what] !== is[what])
      .map((what) => `${what.toUpperCase()} = ${is[what] ?? 'NONE'}`);
    const piece: Piece = { sql: `ALTER ${whatOf(after)} SET (${parts.join(', ')})`, because: 'it changes' };
    return [piece];
  },
});
