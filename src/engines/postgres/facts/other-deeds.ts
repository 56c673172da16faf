import type { CreateFunctionStmt, GrantStmt, Node } from 'libpg-query';
import type { Deed, DeedKind } from '../../../engine/model.ts';
import { nameFrom, text, walk, words } from '../grammar/tree.ts';
import type { Look } from './look.ts';
import { relationsIn } from './match/partition.ts';

function deed(kind: DeedKind, more: Partial<Deed> = {}): Deed {
  return { kind, words: [], ...more };
}

/** What statements of transactions, rows, rights and routines do. */
export function otherDeeds(tree: Node, look: Look): readonly Deed[] {
  if ('TransactionStmt' in tree) {
    const kind = tree.TransactionStmt.kind ?? '';
    if (/_(?:BEGIN|START)$/.test(kind)) return [deed('begin')];
    if (/_(?:COMMIT|PREPARE)$/.test(kind)) return [deed('commit')];
    return kind.endsWith('_ROLLBACK') ? [deed('rollback')] : [];
  }
  if ('VariableSetStmt' in tree) {
    const { name = '', kind, args = [], is_local } = tree.VariableSetStmt;
    const value = args
      .map((node) =>
        'A_Const' in node ? (node.A_Const.sval?.sval ?? String(node.A_Const.ival?.ival ?? 0)) : '',
      )
      .join(', ');
    return [
      deed('set', {
        name: name.toLowerCase(),
        to: kind === 'VAR_SET_VALUE' ? value : '',
        words: is_local ? ['local'] : [],
      }),
    ];
  }
  if ('UpdateStmt' in tree)
    return [
      deed('update', {
        table: look.relation(tree.UpdateStmt.relation),
        words: tree.UpdateStmt.whereClause ? limits(tree.UpdateStmt.whereClause) : ['all'],
      }),
    ];
  if ('DeleteStmt' in tree)
    return [
      deed('delete', {
        table: look.relation(tree.DeleteStmt.relation),
        words: tree.DeleteStmt.whereClause ? limits(tree.DeleteStmt.whereClause) : ['all'],
      }),
    ];
  if ('InsertStmt' in tree) {
    const query = tree.InsertStmt.selectStmt;
    const listed = query && 'SelectStmt' in query && query.SelectStmt.valuesLists !== undefined;
    return [
      deed('insert', {
        table: look.relation(tree.InsertStmt.relation),
        words: listed || !query ? [] : ['select'],
      }),
    ];
  }
  if ('TruncateStmt' in tree)
    return relationsIn(tree.TruncateStmt.relations, look).map((table) =>
      deed('truncate', { table, words: tree.TruncateStmt.behavior === 'DROP_CASCADE' ? ['cascade'] : [] }),
    );
  if ('LockStmt' in tree)
    return relationsIn(tree.LockStmt.relations, look).map((table) => deed('lock', { table }));
  if ('VacuumStmt' in tree && !tree.VacuumStmt.is_vacuumcmd) {
    const tables = (tree.VacuumStmt.rels ?? []).flatMap((node) =>
      'VacuumRelation' in node ? [look.relation(node.VacuumRelation.relation)] : [],
    );
    return tables.length === 0 ? [deed('analyze')] : tables.map((table) => deed('analyze', { table }));
  }
  if ('AlterEnumStmt' in tree && !tree.AlterEnumStmt.oldVal)
    return [
      deed('add label', {
        table: nameFrom(tree.AlterEnumStmt.typeName),
        name: tree.AlterEnumStmt.newVal ?? '',
      }),
    ];
  if ('ViewStmt' in tree)
    return [
      deed('create view', {
        table: look.relation(tree.ViewStmt.view),
        words: [
          ...(tree.ViewStmt.replace ? ['or replace'] : []),
          ...(tree.ViewStmt.options ?? []).flatMap((node) =>
            'DefElem' in node ? (node.DefElem.defname ?? []) : [],
          ),
        ],
      }),
    ];
  if ('CreatePolicyStmt' in tree)
    return [deed('create policy', { table: look.relation(tree.CreatePolicyStmt.table) })];
  if ('CreateTrigStmt' in tree)
    return [
      deed('create trigger', {
        table: look.relation(tree.CreateTrigStmt.relation),
        name: tree.CreateTrigStmt.trigname ?? '',
      }),
    ];
  if ('CreateFunctionStmt' in tree) return [routineDeed(tree.CreateFunctionStmt)];
  if ('CreateExtensionStmt' in tree)
    return [deed('extension', { name: tree.CreateExtensionStmt.extname ?? '' })];
  if ('AlterExtensionStmt' in tree)
    return [deed('extension', { name: tree.AlterExtensionStmt.extname ?? '', words: ['update'] })];
  if ('GrantStmt' in tree) return grantDeeds(tree.GrantStmt, look);
  return [];
}

/** A condition that names a range or a list of keys keeps a batch small. */
function limits(condition: Node): readonly string[] {
  let bounded = false;
  walk([condition], (kind, node) => {
    if (kind === 'A_Expr') {
      const operator = text((node['name'] as Node[] | undefined)?.at(-1));
      const wide =
        operator === '<>' || node['kind'] === 'AEXPR_DISTINCT' || node['kind'] === 'AEXPR_NOT_DISTINCT';
      if (!wide) bounded = true;
    }
    if (kind === 'SubLink' || kind === 'CurrentOfExpr') bounded = true;
  });
  return bounded ? [] : ['unbounded'];
}

function routineDeed(statement: CreateFunctionStmt): Deed {
  const options = (statement.options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
  const definer = options.some(
    ({ defname, arg }) => defname === 'security' && arg !== undefined && /true/.test(JSON.stringify(arg)),
  );
  const path = options.some(
    ({ defname, arg }) => defname === 'set' && /"search_path"/.test(JSON.stringify(arg ?? '')),
  );
  return deed('create routine', {
    name: words(statement.funcname).at(-1) ?? '',
    words: [...(definer ? ['definer'] : []), ...(path ? ['search path'] : [])],
  });
}

function grantDeeds(statement: GrantStmt, look: Look): readonly Deed[] {
  if (!statement.is_grant) return [];
  const open = (statement.grantees ?? []).some(
    (node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC',
  );
  const all = (statement.privileges ?? []).length === 0;
  const said = [...(open ? ['public'] : []), ...(all ? ['all'] : [])];
  if (statement.objtype !== 'OBJECT_TABLE')
    return [deed('grant', { to: statement.objtype ?? '', words: said })];
  return relationsIn(statement.objects, look).map((table) => deed('grant', { table, words: said }));
}
