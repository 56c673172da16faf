import type { DropStmt, Node } from 'libpg-query';
import { sameName } from '../../../../catalog/identity.ts';
import type { Name } from '../../../../catalog/model.ts';
import { nameFrom } from '../../grammar/tree.ts';
import { usersOf } from '../domains.ts';
import { catalogOf, referencing, sequencesOf, type Look } from '../look.ts';
import type { Match } from '../model.ts';
import { dropIndex } from './index.ts';

/** DROP of anything. */
export function drop(statement: DropStmt, look: Look): readonly Match[] {
  const cascade = statement.behavior === 'DROP_CASCADE';
  return (statement.objects ?? []).flatMap((node): readonly Match[] => {
    const parts = partsOf(node);
    const written = nameFrom(parts);
    const of = nameFrom(parts.slice(0, -1));
    switch (statement.removeType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_FOREIGN_TABLE':
        return dropTable(look.name(written), cascade, look);
      case 'OBJECT_INDEX':
        return [dropIndex(written, statement.concurrent === true, look)];
      case 'OBJECT_VIEW':
        return [{ id: 'view/drop', on: { view: [look.name(written)] } }];
      case 'OBJECT_MATVIEW':
        return [{ id: 'materialized-view/drop', on: { view: [look.name(written)] } }];
      case 'OBJECT_SEQUENCE':
        return [{ id: 'sequence/drop', on: { sequence: [look.name(written)] } }];
      case 'OBJECT_TRIGGER':
        return [{ id: 'trigger/drop', on: { table: [look.name(of)], heirs: look.heirs(look.name(of)) } }];
      case 'OBJECT_RULE':
        return [{ id: 'rule/drop', on: { table: [look.name(of)] } }];
      case 'OBJECT_POLICY':
        return [{ id: 'policy/drop', on: { table: [look.name(of)] } }];
      case 'OBJECT_STATISTIC_EXT':
        return [{ id: 'statistics/drop', on: { table: statisticsTable(look, written) } }];
      case 'OBJECT_DOMAIN':
        return cascade
          ? [{ id: 'domain/drop-cascade', on: { users: usersOf(look, typeName(node, look)) } }]
          : [{ id: 'domain/drop', on: {} }];
      default: {
        const id = cascade ? undefined : lockless[statement.removeType ?? ''];
        return id ? [{ id, on: {} }] : [];
      }
    }
  });
}

const lockless: Readonly<Record<string, string>> = {
  OBJECT_FUNCTION: 'routine/drop',
  OBJECT_PROCEDURE: 'routine/drop',
  OBJECT_ROUTINE: 'routine/drop',
  OBJECT_TYPE: 'type/drop',
  OBJECT_SCHEMA: 'schema/drop',
  OBJECT_EXTENSION: 'extension/drop',
  OBJECT_PUBLICATION: 'publication/drop',
  OBJECT_EVENT_TRIGGER: 'event-trigger/drop',
};

function partsOf(node: Node): readonly Node[] {
  return 'List' in node ? (node.List.items ?? []) : [node];
}

function typeName(node: Node, look: Look): Name {
  const written = nameFrom('TypeName' in node ? node.TypeName.names : partsOf(node));
  const found = look.type([written.schema, written.name].filter(Boolean));
  return found ?? { schema: written.schema || 'public', name: written.name };
}

function statisticsTable(look: Look, written: Name): readonly Name[] {
  const found = catalogOf(look.context).others?.find(
    ({ kind, name }) => kind === 'statistics' && (name === written.name || name.endsWith(`.${written.name}`)),
  );
  const from = / FROM ((?:"(?:[^"]|"")*"|[\w.$])+)\s*$/.exec(found?.definition ?? '')?.[1];
  const [schema, name] = from?.includes('.') ? from.split('.') : ['', from];
  return name
    ? [look.name({ schema: (schema ?? '').replaceAll('"', ''), name: name.replaceAll('"', '') })]
    : [];
}

function dropTable(table: Name, cascade: boolean, look: Look): readonly Match[] {
  const known = look.table(table);
  const heirs = look.heirs(table);
  const on = { table: [table], heirs, sequence: sequencesOf(look, table) };
  const referenced = (known?.constraints ?? []).flatMap(({ references }) =>
    references && !sameName(references, table) ? [{ schema: references.schema, name: references.name }] : [],
  );
  const matches: Match[] = [{ id: 'table/drop', on }];
  if (referenced.length > 0)
    matches.push({ id: 'table/drop-referencing', on: { ...on, parent: referenced } });
  if (known?.partitionOf)
    matches.push({
      id: 'partition/drop',
      on: { ...on, parent: [{ schema: known.partitionOf.schema, name: known.partitionOf.name }] },
    });
  const children = cascade ? referencing(look, table).filter((child) => !sameName(child, table)) : [];
  if (children.length > 0) matches.push({ id: 'table/drop-cascade', on: { ...on, child: children } });
  return matches;
}
