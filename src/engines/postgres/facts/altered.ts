import type { AlterTableCmd, ColumnDef, Constraint, Node } from 'libpg-query';
import type { Column, Constraint as Held, Table } from '../../../catalog/model.ts';
import type { FactsContext } from '../../../engine/model.ts';
import { constraintFrom } from './held.ts';
import { lookInto } from './look.ts';
import { constraintOf } from './match/altered.ts';
import { typeText } from './match/change-type.ts';

/** A table after one command of ALTER TABLE. */
export function altered(table: Table, cmd: AlterTableCmd, context: FactsContext, sql: string): Table {
  const column = (change: (column: Column) => Column): Table => ({
    ...table,
    columns: table.columns.some(({ name }) => name === cmd.name)
      ? table.columns.map((one) => (one.name === cmd.name ? change(one) : one))
      : [
          ...table.columns,
          change({ name: cmd.name ?? '', position: 0, type: '', notNull: false, grants: [] }),
        ],
  });
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return cmd.def && 'ColumnDef' in cmd.def ? withColumn(table, cmd.def.ColumnDef, context, sql) : table;
    case 'AT_DropColumn':
      return {
        ...table,
        columns: table.columns.filter(({ name }) => name !== cmd.name),
        constraints: table.constraints.filter(({ columns }) => !columns.includes(cmd.name ?? '')),
        indexes: table.indexes.filter(({ keys }) => !keys.includes(cmd.name ?? '')),
      };
    case 'AT_AddConstraint': {
      const constraint = constraintOf(cmd.def);
      return constraint ? withConstraint(table, constraint, context, sql) : table;
    }
    case 'AT_DropConstraint':
      return {
        ...table,
        constraints: table.constraints.filter(({ name }) => name !== cmd.name),
        indexes: table.indexes.filter(({ constraint }) => constraint !== cmd.name),
      };
    case 'AT_ValidateConstraint':
      return {
        ...table,
        constraints: table.constraints.map((held) =>
          held.name === cmd.name ? { ...held, validated: true } : held,
        ),
      };
    case 'AT_SetNotNull':
      return {
        ...column((one) => ({ ...one, notNull: true })),
        constraints: table.constraints.map((held) =>
          held.kind === 'not-null' && held.columns[0] === cmd.name ? { ...held, validated: true } : held,
        ),
      };
    case 'AT_DropNotNull':
      return {
        ...column((one) => ({ ...one, notNull: false })),
        constraints: table.constraints.filter(
          ({ kind, columns }) => !(kind === 'not-null' && columns[0] === cmd.name),
        ),
      };
    case 'AT_AlterColumnType': {
      const type = cmd.def && 'ColumnDef' in cmd.def ? typeText(cmd.def.ColumnDef.typeName) : '';
      return column((one) => ({ ...one, type }));
    }
    case 'AT_EnableRowSecurity':
      return { ...table, rowSecurity: 'on' };
    case 'AT_DisableRowSecurity':
      return { ...table, rowSecurity: 'off' };
    default:
      return table;
  }
}

/** A table with a column as it is written. */
export function withColumn(table: Table, definition: ColumnDef, context: FactsContext, sql: string): Table {
  const name = definition.colname ?? '';
  const held = (definition.constraints ?? []).flatMap((node) => constraintOf(node) ?? []);
  const has = (type: Constraint['contype']): boolean => held.some(({ contype }) => contype === type);
  const generated = held.find(({ contype }) => contype === 'CONSTR_GENERATED');
  const column: Column = {
    name,
    position: table.columns.length + 1,
    type: typeText(definition.typeName),
    notNull: has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY') || has('CONSTR_IDENTITY'),
    ...(has('CONSTR_DEFAULT') ? { default: '…' } : {}),
    ...(has('CONSTR_IDENTITY') ? { identity: 'by default' as const } : {}),
    ...(generated
      ? {
          generated: {
            expression: '…',
            kind: generated.generated_kind === 'v' ? ('virtual' as const) : ('stored' as const),
          },
        }
      : {}),
    grants: [],
  };
  let next: Table = { ...table, columns: [...table.columns.filter((one) => one.name !== name), column] };
  for (const constraint of held) {
    const own = { String: { sval: name } } as Node;
    if (constraint.contype === 'CONSTR_FOREIGN')
      next = withConstraint(next, { ...constraint, fk_attrs: [own] }, context, sql);
    if (constraint.contype === 'CONSTR_UNIQUE' || constraint.contype === 'CONSTR_PRIMARY')
      next = withConstraint(next, { ...constraint, keys: [own] }, context, sql);
    if (constraint.contype === 'CONSTR_CHECK') next = withConstraint(next, constraint, context, sql);
  }
  return next;
}

/** A table with a constraint as it is written, and what comes along with it. */
export function withConstraint(
  table: Table,
  constraint: Constraint,
  context: FactsContext,
  sql: string,
): Table {
  const made: Held | undefined = constraintFrom(constraint, table, lookInto(context), sql);
  if (!made) return table;
  const filled = made.kind === 'not-null' || made.kind === 'primary' ? made.columns : [];
  const index = table.indexes.find(({ name }) => name === constraint.indexname);
  const key = made.kind === 'primary' || made.kind === 'unique';
  return {
    ...table,
    constraints: [...table.constraints.filter(({ name }) => name !== made.name), made],
    columns: table.columns.map((column) =>
      filled.includes(column.name) ? { ...column, notNull: true } : column,
    ),
    indexes: index
      ? table.indexes.map((one) => (one === index ? { ...one, name: made.name, constraint: made.name } : one))
      : key
        ? [
            ...table.indexes,
            {
              schema: table.schema,
              name: made.name,
              method: 'btree',
              unique: true,
              primary: made.kind === 'primary',
              valid: true,
              keys: made.columns,
              includes: [],
              definition: `CREATE UNIQUE INDEX x ON t (${made.columns.join(', ')})`,
              constraint: made.name,
            },
          ]
        : table.indexes,
  };
}
