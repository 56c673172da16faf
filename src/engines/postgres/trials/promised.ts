/** What the text of a query promises about its rows: equal data must give equal rows, or it may not. */
import type { FuncCall, Node, SelectStmt } from 'libpg-query';
import type { Catalog } from '../../../catalog/model.ts';
import type { Promised } from '../../../engine/trials/model.ts';
import { parse } from '../grammar/parse.ts';
import { nameOf, walk, words } from '../grammar/tree.ts';
import { orderOf } from './ordered.ts';

/** Aggregates whose value depends on the order in which rows come. */
const ordered: ReadonlySet<string> = new Set(
  'array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg json_agg_strict jsonb_agg_strict xmlagg'.split(
    ' ',
  ),
);

/** Window functions that tell rows with equal keys apart. */
const places: ReadonlySet<string> = new Set(
  'row_number ntile lag lead first_value last_value nth_value'.split(' '),
);

/** Functions of the server that give another value at each call or in each transaction. */
const changing: ReadonlySet<string> = new Set(
  (
    'random random_normal setseed clock_timestamp now transaction_timestamp statement_timestamp timeofday age nextval currval lastval setval gen_random_uuid uuidv4 uuidv7 ' +
    'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes pg_current_xact_id txid_current pg_backend_pid pg_sleep pg_try_advisory_lock pg_try_advisory_xact_lock ' +
    'pg_postmaster_start_time pg_relation_size pg_total_relation_size pg_table_size pg_indexes_size pg_database_size'
  ).split(' '),
);

/** Of frames: they count rows, whatever their keys are. */
const rowFrame = 0x4;
/** Views within views are followed so far. */
const deepest = 8;

/** Reads a text and the views that it names. */
export function promised(sql: string, catalog: Catalog): Promised {
  return of(sql, catalog, deepest);
}

function of(sql: string, catalog: Catalog, depth: number): Promised {
  const statements = parse(sql).stmts ?? [];
  const top = (statements[0]?.stmt ?? {}) as { readonly SelectStmt?: SelectStmt };
  const open = new Set<string>();
  const volatile = new Set<string>();
  const views = new Set<string>();
  walk(statements, (kind, node) => {
    if (kind === 'SelectStmt') for (const why of opened(node as SelectStmt, catalog)) open.add(why);
    else if (kind === 'FuncCall') called(node as FuncCall, catalog, open, volatile);
    else if (kind === 'SQLValueFunction' && /CURRENT_(DATE|TIME)|LOCALTIME/.test(String(node['op'])))
      volatile.add(String(node['op']).replace('SVFOP_', '').replace(/_N$/, '').toLowerCase());
    else if (kind === 'RangeTableSample') open.add('TABLESAMPLE');
    else if (kind === 'WindowDef' && (Number(node['frameOptions'] ?? 0) & rowFrame) !== 0)
      open.add('a window over ROWS');
    else if (kind === 'RangeVar') {
      const name = nameOf(node);
      const view = catalog.views.find(
        (one) => one.name === name.name && (name.schema === '' || one.schema === name.schema),
      );
      if (view && !view.materialized) views.add(view.definition);
    }
  });
  for (const definition of depth > 0 ? views : []) {
    const inner = safely(() => of(definition, catalog, depth - 1));
    for (const why of inner?.open ?? []) open.add(why);
    for (const name of inner?.volatile ?? []) volatile.add(name);
  }
  return {
    order: top.SelectStmt ? orderOf(top.SelectStmt, catalog) : 'none',
    open: [...open],
    volatile: [...volatile],
  };
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What a SELECT leaves open by itself. */
function opened(select: SelectStmt, catalog: Catalog): readonly string[] {
  const limited = select.limitCount !== undefined || select.limitOffset !== undefined;
  // Plain DISTINCT is a list with one empty item.
  const distinctOn = (select.distinctClause ?? []).some((item) => Object.keys(item as object).length > 0);
  const total = (limited || distinctOn) && orderOf(select, catalog) === 'total';
  // Below set operations they stand without a node of their own.
  const sides = [select.larg, select.rarg].flatMap((side) => (side ? opened(side, catalog) : []));
  return [
    ...sides,
    ...(limited && !total && !isOneRow(select) ? ['LIMIT without a total order'] : []),
    ...(distinctOn && !total ? ['DISTINCT ON without a total order'] : []),
    ...((select.lockingClause ?? []).some(
      (item) =>
        (item as { LockingClause?: { waitPolicy?: string } }).LockingClause?.waitPolicy === 'LockWaitSkip',
    )
      ? ['SKIP LOCKED']
      : []),
  ];
}

/** A SELECT from nothing gives one row, and a LIMIT takes nothing from it. */
function isOneRow(select: SelectStmt): boolean {
  return select.fromClause === undefined && select.valuesLists === undefined && select.larg === undefined;
}

function called(call: FuncCall, catalog: Catalog, open: Set<string>, volatile: Set<string>): void {
  const name = words(call.funcname as Node[]).at(-1) ?? '';
  if (ordered.has(name) && (call.agg_order ?? []).length === 0) open.add(`${name}() without an order`);
  if (call.over !== undefined && places.has(name)) open.add(`${name}() over an order that may have ties`);
  if (changing.has(name)) volatile.add(`${name}()`);
  const own = catalog.routines.filter((routine) => routine.name === name && routine.kind === 'function');
  if (own.length > 0 && own.every(({ definition }) => !/\b(?:IMMUTABLE|STABLE)\b/.test(definition)))
    volatile.add(`${name}()`);
}
