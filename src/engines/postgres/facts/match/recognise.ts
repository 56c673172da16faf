import type { CreateStmt, GrantStmt, Node, TruncateStmt, VacuumStmt } from 'libpg-query';
import { sameName } from '../../../../catalog/identity.ts';
import type { Name } from '../../../../catalog/model.ts';
import { parse } from '../../grammar/parse.ts';
import { nameFrom, nameOf, words } from '../../grammar/tree.ts';
import { catalogOf, referencing, type Look } from '../look.ts';
import type { Match } from '../model.ts';
import { alterTable } from './alter-table.ts';
import { constraintOf } from './altered.ts';
import { drop } from './drop.ts';
import { createIndex, reindex } from './index.ts';
import { partitionOf, relationsIn } from './partition.ts';
import { renamed } from './renamed.ts';
import { rows, sources } from './rows.ts';
import { domain } from './domain.ts';

/** Rows of the table that a statement is; empty when it is none of them. */
export function recognise(tree: Node, look: Look): readonly Match[] {
  const changed = rows(tree, look);
  if (changed) return changed;
  if ('AlterTableStmt' in tree) return alterTable(tree.AlterTableStmt, look);
  if ('IndexStmt' in tree) return createIndex(tree.IndexStmt, look);
  if ('ReindexStmt' in tree) return reindex(tree.ReindexStmt, look);
  if ('DropStmt' in tree) return drop(tree.DropStmt, look);
  if ('CreateStmt' in tree) return create(tree.CreateStmt, look);
  if ('TruncateStmt' in tree) return truncate(tree.TruncateStmt, look);
  if ('VacuumStmt' in tree) return vacuum(tree.VacuumStmt, look);
  if ('AlterDomainStmt' in tree) return domain(tree.AlterDomainStmt, look);
  if ('GrantStmt' in tree) return grant(tree.GrantStmt, look);
  return renamed(tree, look) ?? named(tree, look);
}

/** Statements whose facts do not depend on the structure. */
function named(tree: Node, look: Look): readonly Match[] {
  if ('CreateTableAsStmt' in tree) {
    const { into, objtype, query } = tree.CreateTableAsStmt;
    const made = look.relation(into?.rel);
    return [
      {
        id: objtype === 'OBJECT_MATVIEW' ? 'materialized-view/create' : 'table/create-as',
        on: { sources: sources(query, look).filter((name) => !sameName(name, made)) },
      },
    ];
  }
  if ('ViewStmt' in tree) {
    const view = look.relation(tree.ViewStmt.view);
    const on = { sources: sources(tree.ViewStmt.query, look), view: [view] };
    return [{ id: tree.ViewStmt.replace ? 'view/create-or-replace' : 'view/create', on }];
  }
  if ('RefreshMatViewStmt' in tree) {
    const view = look.relation(tree.RefreshMatViewStmt.relation);
    return [
      {
        id: tree.RefreshMatViewStmt.concurrent
          ? 'materialized-view/refresh-concurrently'
          : 'materialized-view/refresh',
        on: { view: [view], sources: readBy(look, view) },
      },
    ];
  }
  if ('CreateTrigStmt' in tree) {
    const table = look.relation(tree.CreateTrigStmt.relation);
    const other = tree.CreateTrigStmt.constrrel;
    return [
      {
        id: other ? 'trigger/create-constraint-from' : 'trigger/create',
        on: { table: [table], heirs: partitions(look, table), parent: other ? [look.relation(other)] : [] },
      },
    ];
  }
  if ('RuleStmt' in tree)
    return [{ id: 'rule/create', on: { table: [look.relation(tree.RuleStmt.relation)] } }];
  if ('CreatePolicyStmt' in tree)
    return [{ id: 'policy/create', on: { table: [look.relation(tree.CreatePolicyStmt.table)] } }];
  if ('AlterPolicyStmt' in tree)
    return [{ id: 'policy/alter', on: { table: [look.relation(tree.AlterPolicyStmt.table)] } }];
  if ('ClusterStmt' in tree && tree.ClusterStmt.relation)
    return [{ id: 'table/cluster', on: { table: [look.relation(tree.ClusterStmt.relation)] } }];
  if ('LockStmt' in tree) {
    const mode = lockModes[tree.LockStmt.mode ?? 0];
    const table = relationsIn(tree.LockStmt.relations, look);
    return mode
      ? [{ id: `lock/${mode}`, on: { table, heirs: table.flatMap((name) => look.heirs(name)) } }]
      : [];
  }
  if ('CreateStatsStmt' in tree)
    return [{ id: 'statistics/create', on: { table: relationsIn(tree.CreateStatsStmt.relations, look) } }];
  if ('CommentStmt' in tree) return comment(tree.CommentStmt, look);
  if ('CreateSeqStmt' in tree) return [{ id: 'sequence/create', on: {} }];
  if ('AlterSeqStmt' in tree)
    return [{ id: 'sequence/alter', on: { sequence: [look.relation(tree.AlterSeqStmt.sequence)] } }];
  if ('CreatePublicationStmt' in tree)
    return [
      {
        id: 'publication/create',
        on: { table: publicationTables(tree.CreatePublicationStmt.pubobjects, look) },
      },
    ];
  if ('AlterPublicationStmt' in tree) {
    const { action, pubobjects } = tree.AlterPublicationStmt;
    const id =
      action === 'AP_DropObjects' ? 'drop-table' : action === 'AP_AddObjects' ? 'add-table' : 'set-table';
    return pubobjects
      ? [{ id: `publication/${id}`, on: { table: publicationTables(pubobjects, look) } }]
      : [{ id: 'publication/alter', on: {} }];
  }
  const [kind = ''] = Object.keys(tree);
  if ('AlterEnumStmt' in tree)
    return [{ id: tree.AlterEnumStmt.oldVal ? 'type/rename-value' : 'type/add-value', on: {} }];
  return lockless[kind] ? [{ id: lockless[kind], on: {} }] : [];
}

/** Relations that a view reads. */
function readBy(look: Look, view: Name): readonly Name[] {
  const found = catalogOf(look.context).views.find((one) => sameName(one, view));
  return found ? sources(parse(found.definition), look) : [];
}

/** Statements that were seen to lock no relation of a user. */
const lockless: Readonly<Record<string, string>> = {
  CreateFunctionStmt: 'routine/create',
  AlterFunctionStmt: 'routine/alter',
  CreateEnumStmt: 'type/create-enum',
  CompositeTypeStmt: 'type/create-composite',
  CreateRangeStmt: 'type/create-range',
  CreateDomainStmt: 'domain/create',
  CreateSchemaStmt: 'schema/create',
  CreateExtensionStmt: 'extension/create',
  CreateEventTrigStmt: 'event-trigger/create',
  AlterDefaultPrivilegesStmt: 'grant/default-privileges',
  GrantRoleStmt: 'grant/role',
  CreateRoleStmt: 'role/create',
  AlterRoleStmt: 'role/alter',
  AlterRoleSetStmt: 'role/alter',
  VariableSetStmt: 'session/set',
  TransactionStmt: 'session/transaction',
};

const lockModes: Readonly<Record<number, string>> = {
  1: 'access-share',
  2: 'row-share',
  3: 'row-exclusive',
  4: 'share-update-exclusive',
  5: 'share',
  6: 'share-row-exclusive',
  7: 'exclusive',
  8: 'access-exclusive',
};

function partitions(look: Look, table: Name): readonly Name[] {
  return look.table(table)?.kind === 'partitioned' ? look.heirs(table) : [];
}

function create(statement: CreateStmt, look: Look): readonly Match[] {
  if (statement.partbound) return partitionOf(statement, look);
  const made = look.relation(statement.relation);
  const found: Match[] = [{ id: 'table/create', on: {} }];
  const parents = new Map<string, Name>();
  const add = (node: Node | undefined): void => {
    const constraint = constraintOf(node);
    if (constraint?.contype !== 'CONSTR_FOREIGN') return;
    const parent = look.relation(constraint.pktable);
    if (!sameName(parent, made)) parents.set(`${parent.schema}.${parent.name}`, parent);
  };
  for (const element of statement.tableElts ?? []) {
    add(element);
    if ('ColumnDef' in element) for (const node of element.ColumnDef.constraints ?? []) add(node);
    if ('TableLikeClause' in element)
      found.push({
        id: 'table/create-like',
        on: { sources: [look.relation(element.TableLikeClause.relation)] },
      });
  }
  if (parents.size > 0) found.push({ id: 'table/create-referencing', on: { parent: [...parents.values()] } });
  const inherited = relationsIn(statement.inhRelations, look);
  if (inherited.length > 0) found.push({ id: 'table/create-inherits', on: { parent: inherited } });
  return found;
}

function truncate(statement: TruncateStmt, look: Look): readonly Match[] {
  const table = relationsIn(statement.relations, look);
  const heirs = table.flatMap((name) => look.heirs(name));
  const matches: Match[] = [{ id: 'table/truncate', on: { table, heirs } }];
  const reached = new Map<string, Name>();
  if (statement.behavior === 'DROP_CASCADE') {
    let next: readonly Name[] = [...table, ...heirs];
    while (next.length > 0) {
      next = next
        .flatMap((name) => referencing(look, name))
        .filter(
          (name) => !reached.has(`${name.schema}.${name.name}`) && !table.some((own) => sameName(own, name)),
        );
      for (const name of next) reached.set(`${name.schema}.${name.name}`, name);
    }
  }
  if (reached.size > 0)
    matches.push({ id: 'table/truncate-cascade', on: { table, child: [...reached.values()] } });
  return matches;
}

function vacuum(statement: VacuumStmt, look: Look): readonly Match[] {
  const table = (statement.rels ?? []).flatMap((node) =>
    'VacuumRelation' in node ? [look.relation(node.VacuumRelation.relation)] : [],
  );
  if (table.length === 0) return [];
  const heirs = table.flatMap((name) => look.heirs(name));
  if (!statement.is_vacuumcmd) return [{ id: 'table/analyze', on: { table, heirs } }];
  const full = (statement.options ?? []).some(
    (node) =>
      'DefElem' in node &&
      node.DefElem.defname === 'full' &&
      !/false|off/.test(JSON.stringify(node.DefElem.arg ?? '')),
  );
  return [{ id: full ? 'table/vacuum-full' : 'table/vacuum', on: { table, heirs: full ? heirs : heirs } }];
}

function comment(
  statement: { readonly objtype?: string; readonly object?: Node },
  look: Look,
): readonly Match[] {
  const { objtype = '', object } = statement;
  const parts = object && 'List' in object ? (object.List.items ?? []) : [];
  const whole = look.name(nameFrom(parts));
  const holder = look.name(nameFrom(parts.slice(0, -1)));
  switch (objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return [{ id: 'comment/table', on: { table: [whole] } }];
    case 'OBJECT_COLUMN':
      return [{ id: 'comment/column', on: { table: [holder] } }];
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return [{ id: 'comment/view', on: { view: [whole] } }];
    case 'OBJECT_INDEX': {
      const found = look.index(nameFrom(parts));
      return [
        {
          id: 'comment/index',
          on: { index: [{ schema: found?.index.schema ?? 'public', name: words(parts).at(-1) ?? '' }] },
        },
      ];
    }
    case 'OBJECT_SEQUENCE':
      return [{ id: 'comment/sequence', on: { sequence: [whole] } }];
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return [{ id: 'comment/part', on: { table: [holder] } }];
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_SCHEMA':
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
    case 'OBJECT_EXTENSION':
      return [{ id: 'comment/other', on: {} }];
    default:
      return [];
  }
}

function grant(statement: GrantStmt, look: Look): readonly Match[] {
  const on = statement.targtype === 'ACL_TARGET_OBJECT';
  if (on && statement.objtype === 'OBJECT_TABLE')
    return [{ id: 'grant/table', on: { table: relationsIn(statement.objects, look) } }];
  if (on && statement.objtype === 'OBJECT_SEQUENCE')
    return [{ id: 'grant/sequence', on: { sequence: relationsIn(statement.objects, look) } }];
  if (on) return [{ id: 'grant/other', on: {} }];
  return [];
}

function publicationTables(nodes: readonly Node[] | undefined, look: Look): readonly Name[] {
  return (nodes ?? []).flatMap((node) =>
    'PublicationObjSpec' in node && node.PublicationObjSpec.pubtable?.relation
      ? [look.name(nameOf(node.PublicationObjSpec.pubtable.relation))]
      : [],
  );
}
