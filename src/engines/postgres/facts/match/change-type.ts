import type { AlterTableCmd, ColumnDef, Node, TypeName } from 'libpg-query';
import type { Column, Name, Table } from '../../../../catalog/model.ts';
import { mentions } from '../../online/columns-in.ts';
import { keepsRows } from '../../online/stored-rows.ts';
import { walk, words } from '../../grammar/tree.ts';
import { hasCheck } from '../domains.ts';
import { isFresh, referencing, sequencesOf } from '../look.ts';
import type { Match } from '../model.ts';
import { conditionOf } from '../proofs.ts';
import type { Altered } from './altered.ts';

/** ALTER COLUMN … TYPE: whether rows are written anew, checked again, or indexes built anew. */
export function changeType(cmd: AlterTableCmd, at: Altered): readonly Match[] {
  const { table, heirs, look } = at;
  const name = cmd.name ?? '';
  const definition = cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef : ({} as ColumnDef);
  const known = look.table(table);
  const column = known?.columns.find((one) => one.name === name);
  const on = { table: [table], heirs };
  if (!known || !column) return [{ id: 'change-type/unknown-column', on }];
  const kind = kindOf(column, definition, at);
  const matches: Match[] = [{ id: `change-type/${kind}`, on }];
  const rewrites = rewriting.has(kind);
  if (!rewrites && kind !== 'same' && checked(known, name)) matches.push({ id: 'change-type/checked', on });
  // The keys at both ends are taken down and made again, and read again where the rows changed.
  const parents = known.constraints.flatMap(({ references, columns }): Name[] =>
    references && columns.includes(name) ? [{ schema: references.schema, name: references.name }] : [],
  );
  if (parents.length > 0)
    matches.push({
      id: rewrites ? 'change-type/referencing' : 'change-type/referencing-kept',
      on: { ...on, parent: parents.filter((parent) => !isFresh(look.context, parent)) },
    });
  const sequence = sequencesOf(look, table, name);
  if (column.identity && sequence.length > 0)
    matches.push({ id: 'change-type/numbered', on: { ...on, sequence } });
  const children = referencing(look, table, [name]);
  if (children.length > 0)
    matches.push({
      id: rewrites ? 'change-type/referenced' : 'change-type/referenced-kept',
      on: { ...on, child: children },
    });
  return matches;
}

const rewriting: ReadonlySet<string> = new Set([
  'other',
  'narrower',
  'numeric-scale',
  'using',
  'timestamp-with-zone',
  'constrained-domain',
]);

function kindOf(column: Column, definition: ColumnDef, at: Altered): string {
  const to = typeText(definition.typeName);
  const from = column.type;
  if (definition.raw_default && !isPlain(definition.raw_default, column.name, to)) return 'using';
  const names = words(definition.typeName?.names);
  const domain = at.look.type(names);
  if (domain?.kind === 'domain')
    return hasCheck(domain)
      ? 'constrained-domain'
      : keepsRows(from, domain.base ?? '')
        ? 'to-domain'
        : 'other';
  const known = at.look.type(from.split('.'));
  const base = known?.kind === 'domain' ? (known.base ?? from) : from;
  if (known?.kind === 'domain' && keepsRows(base, to)) return 'from-domain';
  if (keepsRows(base, to)) {
    const collated =
      definition.collClause !== undefined ||
      (column.collation !== undefined && column.collation !== 'default');
    if (collated) return indexed(at, column.name) ? 'collation-indexed' : 'collation';
    if (same(base, to)) return 'same';
    if (/^numeric|^decimal/.test(to)) return 'wider-numeric';
    if (to.startsWith('inet')) return 'cidr-to-inet';
    return known?.kind === 'domain'
      ? 'from-domain'
      : /^(?:timestamp|time|interval)/.test(to)
        ? 'wider-time'
        : 'wider-text';
  }
  if (isTimestamp(base) && /^(?:timestamptz|timestamp with time zone)/.test(to)) {
    const zone = at.look.context.settings?.['timezone'];
    return zone !== undefined && /^(?:'?utc'?|'?etc\/utc'?|'?gmt'?)$/i.test(zone)
      ? 'timestamp-with-zone-utc'
      : 'timestamp-with-zone';
  }
  if (base.startsWith('numeric') && /^(?:numeric|decimal)/.test(to)) return 'numeric-scale';
  if (
    /^(?:character varying|text|varbit|bit varying)/.test(base) &&
    /^(?:varchar|character varying|varbit|bit varying)/.test(to)
  )
    return 'narrower';
  return 'other';
}

const isTimestamp = (type: string): boolean => /^timestamp(?:\(\d\))? without time zone$/.test(type);

function same(a: string, b: string): boolean {
  return keepsRows(a, b) && keepsRows(b, a) && !/text|varchar|character varying/.test(`${a}${b}`)
    ? true
    : a === b;
}

/** The type of a tree as the catalog writes types, near enough to compare. */
export function typeText(type: TypeName | undefined): string {
  const names = words(type?.names).filter((word) => word !== 'pg_catalog');
  const sizes = (type?.typmods ?? []).flatMap((node: Node) =>
    'A_Const' in node ? [String(node.A_Const.ival?.ival ?? 0)] : [],
  );
  const name = names.join('.');
  const array = '[]'.repeat((type?.arrayBounds ?? []).length);
  const text = sizes.length === 0 || name === 'interval' ? (short[name] ?? name) : sizeInside(name, sizes);
  return `${text}${array}`;
}

function sizeInside(name: string, sizes: readonly string[]): string {
  const plain = short[name] ?? name;
  const zone = / with(?:out)? time zone$/.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, plain.length - zone.length)}(${sizes.join(',')})${zone}`;
}

const short: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'character',
  varchar: 'character varying',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
};

/** USING that does no more than the cast itself. */
function isPlain(expression: Node, column: string, to: string): boolean {
  if ('ColumnRef' in expression) return words(expression.ColumnRef.fields).at(-1) === column;
  return (
    'TypeCast' in expression &&
    expression.TypeCast.arg !== undefined &&
    typeText(expression.TypeCast.typeName) === to &&
    isPlain(expression.TypeCast.arg, column, to)
  );
}

function indexed({ table, look }: Altered, column: string): boolean {
  return (look.table(table)?.indexes ?? []).some(({ definition }) =>
    mentions(definition.slice(definition.indexOf('(')), column),
  );
}

/** Whether a check of the table reads the column. */
function checked(table: Table, column: string): boolean {
  return table.constraints.some(({ kind, definition }) => {
    if (kind !== 'check') return false;
    let found = false;
    walk([conditionOf(definition)], (node, value) => {
      if (node === 'ColumnRef' && words(value['fields'] as Node[]).at(-1) === column) found = true;
    });
    return found;
  });
}
