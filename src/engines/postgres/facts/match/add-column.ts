import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { Match } from '../model.ts';
import { words } from '../../grammar/tree.ts';
import { hasCheck } from '../domains.ts';
import { everyRowAlike } from '../volatile.ts';
import { constraintOf, type Altered } from './altered.ts';

/** ADD COLUMN: its value, its type and each promise beside it. */
export function addColumn(column: ColumnDef, at: Altered): readonly Match[] {
  const { table, heirs, look } = at;
  const on = { table: [table], heirs };
  const all = (column.constraints ?? []).flatMap((node) => constraintOf(node) ?? []);
  const find = (type: Constraint['contype']): Constraint | undefined =>
    all.find(({ contype }) => contype === type);
  const value = find('CONSTR_DEFAULT');
  const set = value !== undefined && !isNull(value.raw_expr);
  const generated = find('CONSTR_GENERATED');
  const foreign = find('CONSTR_FOREIGN');
  const check = find('CONSTR_CHECK');
  const matches: Match[] = [{ id: `add-column/${kindOf()}`, on }];
  if (foreign)
    matches.push({
      id: set || generated ? 'add-column/references-default' : 'add-column/references',
      on: { ...on, parent: [look.relation(foreign.pktable)] },
    });
  if (check && !isVirtual(generated)) matches.push({ id: 'add-column/check', on });
  if (find('CONSTR_UNIQUE') ?? find('CONSTR_PRIMARY')) matches.push({ id: 'add-column/unique', on });
  return matches;

  function kindOf(): string {
    const types = words(column.typeName?.names);
    const type = types.at(-1) ?? '';
    if (find('CONSTR_IDENTITY')) return 'identity';
    if (generated) {
      if (!isVirtual(generated)) return 'stored-generated';
      return check || find('CONSTR_NOTNULL') ? 'virtual-generated-checked' : 'virtual-generated';
    }
    if (types.length === 1 && /^(?:small|big)?serial[248]?$/.test(type)) return 'serial';
    const domain = domainOf(types);
    if (domain === 'checked') return set ? 'constrained-domain-default' : 'constrained-domain';
    if (set && !everyRowAlike(value.raw_expr, look)) return 'volatile-default';
    if (find('CONSTR_NOTNULL') ?? find('CONSTR_PRIMARY')) {
      return set ? 'default-not-null' : 'not-null-without-default';
    }
    if (domain === 'unknown') return 'unknown-type';
    return set ? 'default' : domain === 'free' ? 'domain' : 'nullable';
  }

  function domainOf(types: readonly string[]): 'checked' | 'free' | 'unknown' | undefined {
    if (types.length === 0 || types[0] === 'pg_catalog') return undefined;
    const known = look.type(types);
    if (known) return known.kind !== 'domain' ? undefined : hasCheck(known) ? 'checked' : 'free';
    return builtin.has(types.at(-1)!) || look.context.catalog?.version ? undefined : 'unknown';
  }
}

function isVirtual(generated: Constraint | undefined): boolean {
  return generated?.generated_kind === 'v';
}

/** DEFAULT NULL is no default. */
function isNull(node: Node | undefined): boolean {
  return node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;
}

/** Types of the server itself, and of its usual extensions, that people write without a schema: none of them is a domain. */
const builtin: ReadonlySet<string> = new Set(
  'text bytea json jsonb uuid date money inet cidr macaddr macaddr8 xml name oid point line lseg box path polygon circle tsvector tsquery timestamptz timetz timestamp time interval int2 int4 int8 float4 float8 bool bpchar varchar numeric varbit bit int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange regclass pg_lsn jsonpath citext hstore ltree vector halfvec geometry geography cube'.split(
    ' ',
  ),
);
