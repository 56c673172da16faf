import type { Node } from 'libpg-query';
import { nameOf } from '../../grammar/tree.ts';
import type { Look } from '../look.ts';
import type { Match } from '../model.ts';

/** RENAME, SET SCHEMA and OWNER TO of anything. */
export function renamed(tree: Node, look: Look): readonly Match[] | undefined {
  if ('RenameStmt' in tree) {
    const { renameType, relationType, relation } = tree.RenameStmt;
    const name = look.relation(relation);
    const heirs = look.heirs(name);
    switch (renameType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
        return [{ id: 'alter-table/rename-table', on: { table: [name] } }];
      case 'OBJECT_COLUMN':
        if (relationType === 'OBJECT_VIEW') return [{ id: 'view/rename-column', on: { view: [name] } }];
        return relationType === 'OBJECT_TABLE' || relationType === 'OBJECT_FOREIGN_TABLE'
          ? [{ id: 'alter-table/rename-column', on: { table: [name], heirs } }]
          : [];
      case 'OBJECT_TABCONSTRAINT':
        return [{ id: 'alter-table/rename-constraint', on: { table: [name], heirs } }];
      case 'OBJECT_INDEX': {
        const found = look.index(nameOf(relation));
        return [
          {
            id: 'index/rename',
            on: { index: [{ schema: found?.index.schema ?? name.schema, name: name.name }] },
          },
        ];
      }
      case 'OBJECT_VIEW':
        return [{ id: 'view/rename', on: { view: [name] } }];
      case 'OBJECT_MATVIEW':
        return [{ id: 'materialized-view/rename', on: { view: [name] } }];
      case 'OBJECT_SEQUENCE':
        return [{ id: 'sequence/rename', on: { sequence: [name] } }];
      case 'OBJECT_TRIGGER':
        return [{ id: 'trigger/rename', on: { table: [name] } }];
      case 'OBJECT_POLICY':
        return [{ id: 'policy/rename', on: { table: [name] } }];
      case 'OBJECT_RULE':
        return [{ id: 'rule/rename', on: { table: [name] } }];
      default:
        return lockless(renameType) ? [{ id: 'rename/other', on: {} }] : [];
    }
  }
  if ('AlterObjectSchemaStmt' in tree) {
    const { objectType, relation } = tree.AlterObjectSchemaStmt;
    if (objectType === 'OBJECT_TABLE')
      return [{ id: 'alter-table/set-schema', on: { table: [look.relation(relation)] } }];
    return lockless(objectType) ? [{ id: 'rename/schema-of-other', on: {} }] : [];
  }
  if ('AlterOwnerStmt' in tree) {
    return lockless(tree.AlterOwnerStmt.objectType) ? [{ id: 'rename/owner-of-other', on: {} }] : [];
  }
  return undefined;
}

const others: readonly string[] = [
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_SCHEMA',
  'OBJECT_TYPE',
  'OBJECT_DOMAIN',
  'OBJECT_DOMCONSTRAINT',
];

function lockless(type: string | undefined): boolean {
  return others.includes(type ?? '');
}
