import type { Node } from 'libpg-query';
import type { Deed } from '../../../engine/model.ts';
import { nameFrom } from '../grammar/tree.ts';
import type { Look } from './look.ts';

/** RENAME and SET SCHEMA as deeds. */
export function renamedDeed(tree: Node, look: Look): readonly Deed[] | undefined {
  if ('AlterEnumStmt' in tree && tree.AlterEnumStmt.oldVal)
    return [
      {
        kind: 'rename label',
        table: nameFrom(tree.AlterEnumStmt.typeName),
        name: tree.AlterEnumStmt.oldVal,
        to: tree.AlterEnumStmt.newVal ?? '',
        words: [],
      },
    ];
  if ('AlterObjectSchemaStmt' in tree) {
    const { objectType, relation, newschema = '' } = tree.AlterObjectSchemaStmt;
    return objectType === 'OBJECT_TABLE'
      ? [{ kind: 'rename table', table: look.relation(relation), to: newschema, words: ['schema'] }]
      : [];
  }
  if (!('RenameStmt' in tree)) return undefined;
  const { renameType, relationType, relation, subname = '', newname = '' } = tree.RenameStmt;
  const table = look.relation(relation);
  if (renameType === 'OBJECT_TABLE') return [{ kind: 'rename table', table, to: newname, words: [] }];
  if (renameType === 'OBJECT_COLUMN' && relationType === 'OBJECT_TABLE')
    return [{ kind: 'rename column', table, name: subname, to: newname, words: [] }];
  if (renameType === 'OBJECT_SCHEMA' || renameType === 'OBJECT_VIEW')
    return [{ kind: 'rename other', name: subname || table.name, to: newname, words: [] }];
  return [];
}
