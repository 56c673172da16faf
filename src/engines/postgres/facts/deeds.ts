import type { AlterTableCmd, ColumnDef, Constraint, DropStmt, Node } from 'libpg-query';
import type { Name } from '../../../catalog/model.ts';
import type { Deed, DeedKind } from '../../../engine/model.ts';
import { nameFrom, words } from '../grammar/tree.ts';
import { lookInto, type Look } from './look.ts';
import { constraintOf } from './match/altered.ts';
import { typeText } from './match/change-type.ts';
import { relationsIn } from './match/partition.ts';
import { everyRowAlike } from './volatile.ts';
import type { FactsContext } from '../../../engine/model.ts';
import { otherDeeds } from './other-deeds.ts';
import { renamedDeed } from './renamed-deeds.ts';

/** What a statement does, thing by thing. */
export function deedsOf(tree: Node, context: FactsContext): readonly Deed[] {
  const look = lookInto(context);
  if ('AlterTableStmt' in tree) {
    if (tree.AlterTableStmt.objtype !== 'OBJECT_TABLE') return [];
    const table = look.relation(tree.AlterTableStmt.relation);
    return (tree.AlterTableStmt.cmds ?? []).flatMap((node) =>
      'AlterTableCmd' in node ? commandDeeds(node.AlterTableCmd, table, look) : [],
    );
  }
  if ('CreateStmt' in tree) {
    const { relation, tableElts = [], if_not_exists, partbound, inhRelations } = tree.CreateStmt;
    const table = look.relation(relation);
    const [parent] = relationsIn(inhRelations, look);
    return [
      deed('create table', {
        table,
        ...(parent && partbound ? { other: parent } : {}),
        words: [...(if_not_exists ? ['if not exists'] : []), ...(partbound ? ['partition'] : [])],
      }),
      ...tableElts.flatMap((node) => {
        const constraint = constraintOf(node);
        if (constraint) return [constraintDeed(constraint, table, look, [])];
        return 'ColumnDef' in node ? columnDeeds('create column', node.ColumnDef, table, look) : [];
      }),
    ];
  }
  if ('IndexStmt' in tree) {
    const {
      idxname,
      relation,
      concurrent,
      unique,
      if_not_exists,
      indexParams = [],
      whereClause,
    } = tree.IndexStmt;
    return [
      deed('create index', {
        table: look.relation(relation),
        ...(idxname ? { name: idxname } : {}),
        columns: indexParams.map((node) => ('IndexElem' in node ? (node.IndexElem.name ?? '') : '')),
        words: [
          ...(concurrent ? ['concurrently'] : []),
          ...(unique ? ['unique'] : []),
          ...(if_not_exists ? ['if not exists'] : []),
          ...(whereClause ? ['partial'] : []),
        ],
      }),
    ];
  }
  if ('DropStmt' in tree) return dropDeeds(tree.DropStmt, look);
  return renamedDeed(tree, look) ?? otherDeeds(tree, look);
}

function deed(kind: DeedKind, more: Partial<Deed> = {}): Deed {
  return { kind, words: [], ...more };
}

function commandDeeds(cmd: AlterTableCmd, table: Name, look: Look): readonly Deed[] {
  const name = cmd.name ? { name: cmd.name } : {};
  const cascade = cmd.behavior === 'DROP_CASCADE' ? ['cascade'] : [];
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return cmd.def && 'ColumnDef' in cmd.def
        ? columnDeeds('add column', cmd.def.ColumnDef, table, look)
        : [];
    case 'AT_DropColumn':
      return [deed('drop column', { table, ...name, words: cascade })];
    case 'AT_AlterColumnType': {
      const definition = cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef : undefined;
      return [
        deed('change type', {
          table,
          ...name,
          to: typeText(definition?.typeName),
          words: definition?.raw_default ? ['using'] : [],
        }),
      ];
    }
    case 'AT_SetNotNull':
      return [deed('set not null', { table, ...name })];
    case 'AT_DropNotNull':
      return [deed('drop not null', { table, ...name })];
    case 'AT_AddConstraint': {
      const constraint = constraintOf(cmd.def);
      return constraint ? [constraintDeed(constraint, table, look, [])] : [];
    }
    case 'AT_ValidateConstraint':
      return [deed('validate constraint', { table, ...name })];
    case 'AT_DropConstraint':
      return [deed('drop constraint', { table, ...name, words: cascade })];
    case 'AT_AttachPartition': {
      const part = cmd.def && 'PartitionCmd' in cmd.def ? cmd.def.PartitionCmd.name : undefined;
      return [deed('attach partition', { table, other: look.relation(part) })];
    }
    case 'AT_DisableTrig':
    case 'AT_DisableTrigAll':
    case 'AT_DisableTrigUser':
      return [deed('disable trigger', { table, ...name })];
    case 'AT_EnableRowSecurity':
      return [deed('enable row security', { table })];
    case 'AT_ReplicaIdentity':
      return [deed('replica identity', { table })];
    default:
      return [];
  }
}

function columnDeeds(kind: DeedKind, column: ColumnDef, table: Name, look: Look): readonly Deed[] {
  const name = column.colname ?? '';
  const held = (column.constraints ?? []).flatMap((node) => constraintOf(node) ?? []);
  const said = held.flatMap((constraint) => columnWords[constraint.contype ?? ''] ?? []);
  const value = held.find(({ contype }) => contype === 'CONSTR_DEFAULT');
  const volatile = value && !everyRowAlike(value.raw_expr, look) ? ['volatile default'] : [];
  return [
    deed(kind, { table, name, to: typeText(column.typeName), words: [...said, ...volatile] }),
    ...held
      .filter(({ contype }) => contype !== 'CONSTR_DEFAULT' && contype !== 'CONSTR_NOTNULL')
      .filter(({ contype }) => constraintWords[contype ?? ''] !== undefined)
      .map((constraint) => constraintDeed(constraint, table, look, [name])),
  ];
}

const columnWords: Readonly<Record<string, string>> = {
  CONSTR_NOTNULL: 'not null',
  CONSTR_DEFAULT: 'default',
  CONSTR_IDENTITY: 'identity',
  CONSTR_GENERATED: 'generated',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'references',
};

const constraintWords: Readonly<Record<string, string>> = {
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not null',
};

function constraintDeed(constraint: Constraint, table: Name, look: Look, column: readonly string[]): Deed {
  const own = words(constraint.fk_attrs ?? constraint.keys);
  const checked = constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_FOREIGN';
  const off = checked && constraint.is_enforced !== true;
  return deed('add constraint', {
    table,
    ...(constraint.conname ? { name: constraint.conname } : {}),
    columns: own.length > 0 ? own : column,
    ...(constraint.pktable ? { other: look.relation(constraint.pktable) } : {}),
    words: [
      constraintWords[constraint.contype ?? ''] ?? 'other',
      ...(off ? ['not enforced'] : constraint.skip_validation ? ['not valid'] : []),
      ...(constraint.indexname ? ['using index'] : []),
      ...(column.length > 0 ? ['inline'] : []),
    ],
  });
}

function dropDeeds(statement: DropStmt, look: Look): readonly Deed[] {
  const said = [
    ...(statement.behavior === 'DROP_CASCADE' ? ['cascade'] : []),
    ...(statement.concurrent ? ['concurrently'] : []),
    ...(statement.missing_ok ? ['if exists'] : []),
  ];
  const what = (statement.removeType ?? '').replace('OBJECT_', '').toLowerCase();
  return (statement.objects ?? []).map((node) => {
    const parts = 'TypeName' in node ? node.TypeName.names : 'List' in node ? node.List.items : [node];
    const written = nameFrom(parts);
    if (what === 'table' || what === 'foreign_table')
      return deed('drop table', { table: look.name(written), words: said });
    if (what === 'index')
      return deed('drop index', {
        name: written.name,
        ...(look.index(written) ? { table: look.index(written)!.table } : {}),
        words: [...said, ...(look.index(written)?.index.constraint ? ['constraint'] : [])],
      });
    if (what === 'view' || what === 'matview')
      return deed('drop view', { table: look.name(written), words: said });
    return deed('drop other', { name: written.name, to: what, words: said });
  });
}
