/** What a statement waits for and needs. */
import type { Node } from 'libpg-query';
import type { LiveSize, Statement, StatementFacts } from '../../../engine/model.ts';
import { lockNames } from '../lock-modes.ts';

const modes = Object.values(lockNames);

/** First mode from which on each mode, from ACCESS SHARE to ACCESS EXCLUSIVE, conflicts, as the manual's table of conflicts has it. */
const from: readonly number[] = [7, 6, 4, 3, 2, 2, 1, 0];

/** Whether a lock has to wait for another. */
export function conflicts(wanted: string, held: string): boolean {
  const [a, b] = [modes.indexOf(wanted), modes.indexOf(held)];
  if (a < 0 || b < 0) return true;
  // SHARE lets SHARE in beside it, and nothing else that is as strong as SHARE UPDATE EXCLUSIVE.
  if (wanted === 'SHARE' && held === 'SHARE') return false;
  return b >= from[a]!;
}

/** Concurrent builds and detaching wait for old snapshots of the same database. */
export function waitsForSnapshots({ tree }: Statement): boolean {
  const node = tree as Node;
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true;
  if ('ReindexStmt' in node)
    return (node.ReindexStmt.params ?? []).some(
      (one) => 'DefElem' in one && one.DefElem.defname === 'concurrently',
    );
  return (
    'AlterTableStmt' in node &&
    (node.AlterTableStmt.cmds ?? []).some(
      (one) =>
        'AlterTableCmd' in one &&
        one.AlterTableCmd.def !== undefined &&
        'PartitionCmd' in one.AlterTableCmd.def &&
        one.AlterTableCmd.def.PartitionCmd.concurrent === true,
    )
  );
}

/** A rewrite needs the table and its indexes once more; an index is at most as large as its table without the other indexes. */
export function space(
  { tree }: Statement,
  facts: StatementFacts | undefined,
  sizes: readonly LiveSize[],
): { readonly bytes: number; readonly why: string } | undefined {
  const sizeOf = (schema: string, name: string): LiveSize | undefined =>
    sizes.find(({ table }) => table === `${schema}.${name}` || (schema === '' && table.endsWith(`.${name}`)));
  const node = tree as Node;
  if ('IndexStmt' in node) {
    const { schemaname = '', relname = '' } = node.IndexStmt.relation ?? {};
    const size = sizeOf(schemaname, relname);
    return size && { bytes: Math.max(0, size.bytes - size.indexBytes), why: `an index of ${size.table}` };
  }
  const written = (facts?.rewrites ?? []).flatMap(({ schema, name }) => sizeOf(schema, name) ?? []);
  if (written.length === 0) return undefined;
  return {
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
    why: `${written.map(({ table }) => table).join(', ')} written anew`,
  };
}
