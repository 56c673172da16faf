import type { AlterTableCmd, CreateStmt, Node, PartitionBoundSpec, RangeVar } from 'libpg-query';
import { sameName } from '../../../../catalog/identity.ts';
import type { Name, Table } from '../../../../catalog/model.ts';
import { boundProven, defaultExcludes } from '../bounds.ts';
import { catalogOf, type Look } from '../look.ts';
import type { Match } from '../model.ts';
import type { Altered } from './altered.ts';

interface PartitionCmd {
  readonly name?: RangeVar;
  readonly bound?: PartitionBoundSpec;
  readonly concurrent?: boolean;
}

function partOf(cmd: AlterTableCmd): PartitionCmd {
  return cmd.def && 'PartitionCmd' in cmd.def ? (cmd.def.PartitionCmd as PartitionCmd) : {};
}

/** The partition for rows that fit no other. */
export function defaultOf(look: Look, parent: Name): Table | undefined {
  return catalogOf(look.context).tables.find(
    ({ partitionOf }) => partitionOf && sameName(partitionOf, parent) && /^DEFAULT$/i.test(partitionOf.bound),
  );
}

/** ATTACH PARTITION: which of the child and the default partition have to be read. */
export function attach(cmd: AlterTableCmd, { table, look }: Altered): readonly Match[] {
  const { name, bound } = partOf(cmd);
  const child = look.relation(name);
  const known = look.table(child);
  const key = look.table(table)?.partitionKey;
  const proven = known !== undefined && bound !== undefined && boundProven(known, bound, key);
  const other = bound?.is_default ? undefined : defaultOf(look, table);
  const on = { table: [table], partition: [child, ...look.heirs(child)] };
  const matches: Match[] = [{ id: `partition/attach${proven ? '-proven' : ''}`, on }];
  if (missesIndexes(look, table, known)) matches.push({ id: 'partition/attach-index-built', on });
  if (other) {
    const excluded = bound !== undefined && defaultExcludes(other, bound, key);
    matches.push({
      id: `partition/attach-beside-default${excluded ? '-proven' : ''}`,
      on: { ...on, default: [{ schema: other.schema, name: other.name }] },
    });
  }
  return matches;
}

/** Whether the parent has an index that the table lacks: it is built while the table is locked. */
function missesIndexes(look: Look, parent: Name, child: Table | undefined): boolean {
  return (look.table(parent)?.indexes ?? []).some(
    (wanted) =>
      !child?.indexes.some(
        (index) =>
          index.valid &&
          index.method === wanted.method &&
          index.unique === wanted.unique &&
          index.predicate === wanted.predicate &&
          index.keys.join() === wanted.keys.join() &&
          index.includes.join() === wanted.includes.join(),
      ),
  );
}

/** DETACH PARTITION. */
export function detach(cmd: AlterTableCmd, { table, look }: Altered): readonly Match[] {
  const { name, concurrent } = partOf(cmd);
  if (cmd.subtype === 'AT_DetachPartitionFinalize')
    return [{ id: 'partition/detach-finalize', on: { table: [table], partition: [look.relation(name)] } }];
  const other = defaultOf(look, table);
  const on = { table: [table], partition: [look.relation(name)] };
  if (concurrent) return [{ id: 'partition/detach-concurrently', on }];
  return [
    { id: 'partition/detach', on },
    ...(other && !sameName(other, look.relation(name))
      ? [
          {
            id: 'partition/detach-beside-default',
            on: { ...on, default: [{ schema: other.schema, name: other.name }] },
          },
        ]
      : []),
  ];
}

/** CREATE TABLE … PARTITION OF. */
export function partitionOf(statement: CreateStmt, look: Look): readonly Match[] {
  const [first] = statement.inhRelations ?? [];
  const parent = look.relation(first && 'RangeVar' in first ? first.RangeVar : undefined);
  const other = statement.partbound?.is_default ? undefined : defaultOf(look, parent);
  const on = { table: [parent] };
  if (!other) return [{ id: 'partition/create', on }];
  const excluded =
    statement.partbound !== undefined &&
    defaultExcludes(other, statement.partbound, look.table(parent)?.partitionKey);
  return [
    { id: 'partition/create', on },
    {
      id: `partition/create-beside-default${excluded ? '-proven' : ''}`,
      on: { ...on, default: [{ schema: other.schema, name: other.name }] },
    },
  ];
}

/** Names in a list of RangeVars. */
export function relationsIn(nodes: readonly Node[] | undefined, look: Look): readonly Name[] {
  return (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [look.relation(node.RangeVar)] : []));
}
