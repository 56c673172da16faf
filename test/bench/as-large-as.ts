import type { Snapshot } from '../../src/engine/model.ts';

/** The same structure as if it held so many bytes: pages, rows and bytes grow alike, tree heights are left to be worked out. */
export function asLargeAs(snapshot: Snapshot, bytes: number): Snapshot {
  const now = snapshot.relations.reduce((sum, relation) => sum + (relation.bytes ?? 0), 0);
  const page = snapshot.source.blockSize;
  const factor = bytes / now;
  return {
    ...snapshot,
    relations: snapshot.relations.map((relation) => {
      const pages = Math.max(1, Math.round(relation.pages * factor));
      const { index } = relation;
      return {
        ...relation,
        pages,
        rows: Math.round(relation.rows * factor),
        bytes: pages * page,
        ...(index ? { index: { method: index.method } } : {}),
      };
    }),
  };
}
