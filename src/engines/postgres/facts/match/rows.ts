import type { Node } from 'libpg-query';
import type { Name } from '../../../../catalog/model.ts';
import { nameOf, walk } from '../../grammar/tree.ts';
import { sameName } from '../../../../catalog/identity.ts';
import type { Look } from '../look.ts';
import type { Match } from '../model.ts';

/** Statements that read and write rows. */
export function rows(tree: Node, look: Look): readonly Match[] | undefined {
  if ('InsertStmt' in tree)
    return changed('rows/insert', look.relation(tree.InsertStmt.relation), tree, look);
  if ('UpdateStmt' in tree)
    return changed(
      tree.UpdateStmt.whereClause ? 'rows/update' : 'rows/update-all',
      look.relation(tree.UpdateStmt.relation),
      tree,
      look,
    );
  if ('DeleteStmt' in tree)
    return changed(
      tree.DeleteStmt.whereClause ? 'rows/delete' : 'rows/delete-all',
      look.relation(tree.DeleteStmt.relation),
      tree,
      look,
    );
  if ('MergeStmt' in tree) return changed('rows/merge', look.relation(tree.MergeStmt.relation), tree, look);
  if ('CopyStmt' in tree && tree.CopyStmt.relation)
    return [
      {
        id: tree.CopyStmt.is_from ? 'rows/copy-from' : 'rows/copy-to',
        on: { table: [look.relation(tree.CopyStmt.relation)] },
      },
    ];
  if ('SelectStmt' in tree) {
    const locking = tree.SelectStmt.lockingClause !== undefined;
    if (tree.SelectStmt.intoClause) return [{ id: 'table/create-as', on: { sources: sources(tree, look) } }];
    return [
      {
        id: locking ? 'rows/select-for-update' : 'rows/select',
        on: locking ? { table: sources(tree, look) } : { sources: sources(tree, look) },
      },
    ];
  }
  return undefined;
}

function changed(id: string, table: Name, tree: Node, look: Look): readonly Match[] {
  return [
    {
      id,
      on: {
        table: [table],
        heirs: id === 'rows/insert' ? [] : look.heirs(table),
        sources: sources(tree, look).filter((name) => !sameName(name, table)),
      },
    },
  ];
}

/** Relations that a query reads; what WITH names is none. */
export function sources(tree: unknown, look: Look): readonly Name[] {
  const own = new Set<string>();
  const found = new Map<string, Name>();
  walk(tree, (kind, node) => {
    if (kind === 'CommonTableExpr') own.add(String(node['ctename']));
  });
  walk(tree, (kind, node) => {
    if (kind !== 'RangeVar') return;
    const written = nameOf(node as Parameters<typeof nameOf>[0]);
    if (written.schema === '' && own.has(written.name)) return;
    const name = look.name(written);
    found.set(`${name.schema}.${name.name}`, name);
  });
  return [...found.values()];
}
