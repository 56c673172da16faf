import type { AlterTableCmd, IndexStmt, ReindexStmt } from 'libpg-query';
import type { Name } from '../../../../catalog/model.ts';
import type { Look } from '../look.ts';
import type { Match } from '../model.ts';

/** CREATE INDEX. */
export function createIndex(statement: IndexStmt, look: Look): readonly Match[] {
  const table = look.relation(statement.relation);
  const known = look.table(table);
  const on = { table: [table] };
  if (statement.concurrent) return [{ id: 'index/create-concurrently', on }];
  if (known?.kind === 'partitioned')
    return statement.relation?.inh !== true
      ? [{ id: 'index/create-only', on }]
      : [{ id: 'index/create-partitioned', on: { ...on, heirs: look.heirs(table) } }];
  return [{ id: 'index/create', on }];
}

/** ALTER INDEX. */
export function alterIndex(commands: readonly AlterTableCmd[], written: Name, look: Look): readonly Match[] {
  const found = look.index(written);
  const index = found
    ? { schema: found.index.schema, name: found.index.name }
    : { schema: written.schema || 'public', name: written.name };
  const table = found ? [{ schema: found.table.schema, name: found.table.name }] : [];
  return commands.flatMap((cmd): readonly Match[] => {
    switch (cmd.subtype) {
      case 'AT_SetRelOptions':
      case 'AT_ResetRelOptions':
        return [{ id: 'index/set-parameters', on: { index: [index], table } }];
      case 'AT_SetStatistics':
        return [{ id: 'index/set-statistics', on: { index: [index], table } }];
      case 'AT_SetTableSpace':
        return [{ id: 'index/set-tablespace', on: { index: [index], table } }];
      case 'AT_AttachPartition': {
        const part =
          cmd.def && 'PartitionCmd' in cmd.def
            ? look.index({
                schema: cmd.def.PartitionCmd.name?.schemaname ?? '',
                name: cmd.def.PartitionCmd.name?.relname ?? '',
              })
            : undefined;
        return [
          {
            id: 'index/attach',
            on: {
              index: [index],
              table,
              ...(part
                ? {
                    partition: [{ schema: part.index.schema, name: part.index.name }],
                    heirs: [{ schema: part.table.schema, name: part.table.name }],
                  }
                : {}),
            },
          },
        ];
      }
      default:
        return [];
    }
  });
}

/** DROP INDEX. */
export function dropIndex(written: Name, concurrent: boolean, look: Look): Match {
  const found = look.index(written);
  const index = [{ schema: found?.index.schema ?? (written.schema || 'public'), name: written.name }];
  const table = found ? [{ schema: found.table.schema, name: found.table.name }] : [];
  if (concurrent) return { id: 'index/drop-concurrently', on: { index, table } };
  if (found?.table.kind === 'partitioned')
    return { id: 'index/drop-partitioned', on: { index, table, heirs: look.heirs(found.table) } };
  return { id: 'index/drop', on: { index, table } };
}

/** REINDEX. */
export function reindex(statement: ReindexStmt, look: Look): readonly Match[] {
  const concurrent = (statement.params ?? []).some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
  );
  const end = concurrent ? '-concurrently' : '';
  switch (statement.kind) {
    case 'REINDEX_OBJECT_INDEX': {
      const written = {
        schema: statement.relation?.schemaname ?? '',
        name: statement.relation?.relname ?? '',
      };
      const found = look.index(written);
      return [
        {
          id: `index/reindex${end}`,
          on: {
            index: [{ schema: found?.index.schema ?? (written.schema || 'public'), name: written.name }],
            table: found ? [{ schema: found.table.schema, name: found.table.name }] : [],
          },
        },
      ];
    }
    case 'REINDEX_OBJECT_TABLE': {
      const table = look.relation(statement.relation);
      return [
        {
          id: `index/reindex-table${end}`,
          on: {
            table: [table],
            index: (look.table(table)?.indexes ?? []).map(({ schema, name }) => ({ schema, name })),
          },
        },
      ];
    }
    default:
      return [];
  }
}
