import { blankTable } from '../../../catalog/blank.ts';
import type { AlterTableStmt, CreateStmt, Node } from 'libpg-query';
import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import type { FactsContext, Statement } from '../../../engine/model.ts';
import { treeOf } from '../grammar/parse.ts';
import { nameFrom, nameOf, words } from '../grammar/tree.ts';
import { constraintOf } from './match/altered.ts';
import { typeText } from './match/change-type.ts';
import { altered, withColumn, withConstraint } from './altered.ts';
import { indexFrom } from './held.ts';
import { bare, treeOfText } from '../online/text.ts';
import { catalogOf, lookInto } from './look.ts';

/** The context of the statement after this one; what no later fact depends on is left out. */
export function after(statement: Statement, context: FactsContext): FactsContext {
  // Checks are read from the text, at positions that count in it.
  const sql = /check/i.test(statement.sql) ? bare(statement.sql) : '';
  const tree = sql ? treeOfText(sql) : treeOf(statement);
  if ('VariableSetStmt' in tree) return setting(tree.VariableSetStmt, context);
  if ('CreateStmt' in tree) return create(tree.CreateStmt, context, sql);
  if ('CreateTableAsStmt' in tree) {
    const { into, objtype } = tree.CreateTableAsStmt;
    return objtype === 'OBJECT_TABLE' ? fresh(into?.rel, context) : context;
  }
  if ('SelectStmt' in tree && tree.SelectStmt.intoClause)
    return fresh(tree.SelectStmt.intoClause.rel, context);
  if ('AlterTableStmt' in tree) return alter(tree.AlterTableStmt, context, sql);
  if ('IndexStmt' in tree) {
    const index = tree.IndexStmt;
    return onTable(nameOf(index.relation), context, (table) => ({
      ...table,
      indexes: [...table.indexes, indexFrom(index, table)],
    }));
  }
  if ('DropStmt' in tree) return dropped(tree.DropStmt, context);
  if ('RenameStmt' in tree) return rename(tree.RenameStmt, context);
  if ('CreateDomainStmt' in tree) {
    const { domainname, typeName, constraints = [] } = tree.CreateDomainStmt;
    const checks = constraints.flatMap((node) => constraintOf(node)?.contype ?? []);
    return withType(context, {
      ...full(nameFrom(domainname)),
      kind: 'domain',
      owner: '',
      labels: [],
      base: typeText(typeName),
      definition: checks.some((type) => type === 'CONSTR_CHECK' || type === 'CONSTR_NOTNULL')
        ? `${typeText(typeName)} CHECK`
        : typeText(typeName),
      grants: [],
    });
  }
  if ('CreateEnumStmt' in tree)
    return withType(context, {
      ...full(nameFrom(tree.CreateEnumStmt.typeName)),
      kind: 'enum',
      owner: '',
      labels: words(tree.CreateEnumStmt.vals),
      definition: '',
      grants: [],
    });
  return context;
}

const full = ({ schema, name }: Name): Name => ({ schema: schema || 'public', name });

function withType(context: FactsContext, type: Catalog['types'][number]): FactsContext {
  const catalog = catalogOf(context);
  return { ...context, catalog: { ...catalog, types: [...catalog.types, type] } };
}

function setting(
  statement: { readonly kind?: string; readonly name?: string; readonly args?: readonly Node[] },
  context: FactsContext,
): FactsContext {
  const name = (statement.name ?? '').toLowerCase();
  if (!name) return context;
  const value = (statement.args ?? [])
    .map((node) => {
      const constant = 'A_Const' in node ? node.A_Const : undefined;
      return (
        constant?.sval?.sval ??
        (constant?.ival ? String(constant.ival.ival ?? 0) : (constant?.fval?.fval ?? ''))
      );
    })
    .join(', ');
  const settings = { ...context.settings };
  if (statement.kind === 'VAR_SET_VALUE') settings[name] = value;
  else delete settings[name];
  return { ...context, settings };
}

function fresh(relation: Parameters<typeof nameOf>[0], context: FactsContext): FactsContext {
  const name = full(nameOf(relation));
  const catalog = catalogOf(context);
  return {
    ...context,
    catalog: { ...catalog, tables: [...catalog.tables, blankTable(name)] },
    fresh: new Set([...(context.fresh ?? []), keyOf(name)]),
    // Its columns come from a query.
    partial: new Set([...(context.partial ?? []), keyOf(name)]),
  };
}

function create(statement: CreateStmt, context: FactsContext, sql: string): FactsContext {
  const look = lookInto(context);
  const written = nameOf(statement.relation);
  if (statement.if_not_exists && look.table(written) !== undefined) return context;
  const name = full(written);
  const [first] = statement.inhRelations ?? [];
  const parent = first && 'RangeVar' in first ? look.relation(first.RangeVar) : undefined;
  const inherited = parent ? look.table(parent) : undefined;
  let table: Table = {
    ...blankTable(name),
    kind: statement.partspec ? 'partitioned' : 'table',
    ...(statement.partspec ? { partitionKey: keyText(statement.partspec) } : {}),
    ...(parent && statement.partbound
      ? { partitionOf: { ...parent, bound: statement.partbound.is_default ? 'DEFAULT' : 'FOR VALUES' } }
      : {}),
    inherits: parent && !statement.partbound ? [parent] : [],
    columns: inherited?.columns ?? [],
  };
  for (const element of statement.tableElts ?? []) {
    if ('ColumnDef' in element) table = withColumn(table, element.ColumnDef, context, sql);
    const constraint = constraintOf(element);
    if (constraint) table = withConstraint(table, constraint, context, sql);
    if ('TableLikeClause' in element) {
      const like = look.table(nameOf(element.TableLikeClause.relation));
      if (like) table = { ...table, columns: [...table.columns, ...like.columns] };
    }
  }
  const catalog = catalogOf(context);
  const tables = catalog.tables.filter((other) => !sameName(other, name));
  return {
    ...context,
    catalog: { ...catalog, tables: [...tables, table] },
    fresh: new Set([...(context.fresh ?? []), keyOf(name)]),
  };
}

function keyText(spec: NonNullable<CreateStmt['partspec']>): string {
  const strategy = String(spec.strategy ?? '').replace('PARTITION_STRATEGY_', '');
  const columns = (spec.partParams ?? []).map((node) =>
    'PartitionElem' in node ? (node.PartitionElem.name ?? '?') : '?',
  );
  return `${strategy} (${columns.join(', ')})`;
}

/** The context with a table changed; one that is not known is known from then on as far as it was said. */
function onTable(written: Name, context: FactsContext, change: (table: Table) => Table): FactsContext {
  const look = lookInto(context);
  const catalog = catalogOf(context);
  const known = look.table(written);
  if (known)
    return {
      ...context,
      catalog: {
        ...catalog,
        tables: catalog.tables.map((table) => (table === known ? change(table) : table)),
      },
    };
  const name = full(written);
  return {
    ...context,
    catalog: { ...catalog, tables: [...catalog.tables, change(blankTable(name))] },
    partial: new Set([...(context.partial ?? []), keyOf(name)]),
  };
}

function alter(statement: AlterTableStmt, context: FactsContext, sql: string): FactsContext {
  if (statement.objtype !== 'OBJECT_TABLE') return context;
  let next = context;
  const written = nameOf(statement.relation);
  for (const node of statement.cmds ?? []) {
    if (!('AlterTableCmd' in node)) continue;
    const cmd = node.AlterTableCmd;
    const child = cmd.def && 'PartitionCmd' in cmd.def ? cmd.def.PartitionCmd : undefined;
    if (child?.name) {
      const parent = lookInto(next).name(written);
      const comes = cmd.subtype === 'AT_AttachPartition';
      next = onTable(nameOf(child.name), next, ({ partitionOf: _gone, ...table }) =>
        comes
          ? {
              ...table,
              partitionOf: { ...parent, bound: child.bound?.is_default ? 'DEFAULT' : 'FOR VALUES' },
            }
          : table,
      );
      continue;
    }
    next = onTable(written, next, (table) => altered(table, cmd, next, sql));
  }
  return next;
}

function dropped(
  statement: { readonly removeType?: string; readonly objects?: readonly Node[] },
  context: FactsContext,
): FactsContext {
  const look = lookInto(context);
  const catalog = catalogOf(context);
  const names = (statement.objects ?? []).map((node) => nameFrom('List' in node ? node.List.items : [node]));
  if (statement.removeType === 'OBJECT_TABLE') {
    const gone = names.map((name) => look.name(name));
    return {
      ...context,
      catalog: {
        ...catalog,
        tables: catalog.tables.filter((table) => !gone.some((name) => sameName(name, table))),
      },
      fresh: new Set([...(context.fresh ?? [])].filter((key) => !gone.some((name) => keyOf(name) === key))),
    };
  }
  if (statement.removeType === 'OBJECT_INDEX')
    return {
      ...context,
      catalog: {
        ...catalog,
        tables: catalog.tables.map((table) =>
          table.indexes.some((index) => names.some(({ name }) => name === index.name))
            ? {
                ...table,
                indexes: table.indexes.filter((index) => !names.some(({ name }) => name === index.name)),
              }
            : table,
        ),
      },
    };
  return context;
}

function rename(
  statement: {
    readonly renameType?: string;
    readonly relation?: Parameters<typeof nameOf>[0];
    readonly subname?: string;
    readonly newname?: string;
  },
  context: FactsContext,
): FactsContext {
  const { renameType, subname = '', newname = '' } = statement;
  const written = nameOf(statement.relation);
  if (renameType === 'OBJECT_TABLE') {
    const old = lookInto(context).name(written);
    const next = onTable(written, context, (table) => ({ ...table, name: newname }));
    const moved = (keys: ReadonlySet<string> | undefined): ReadonlySet<string> =>
      new Set([...(keys ?? [])].map((key) => (key === keyOf(old) ? keyOf({ ...old, name: newname }) : key)));
    return { ...next, fresh: moved(next.fresh), partial: moved(next.partial) };
  }
  if (renameType === 'OBJECT_COLUMN')
    return onTable(written, context, (table) => ({
      ...table,
      columns: table.columns.map((column) =>
        column.name === subname ? { ...column, name: newname } : column,
      ),
    }));
  if (renameType === 'OBJECT_TABCONSTRAINT')
    return onTable(written, context, (table) => ({
      ...table,
      constraints: table.constraints.map((held) =>
        held.name === subname ? { ...held, name: newname } : held,
      ),
    }));
  return context;
}
