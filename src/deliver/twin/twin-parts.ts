/** Partitions of the twin: as many as the rows at the horizon lie in, which may be more than the change makes today. */
import { sameName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { PartedTable } from '../../design/model.ts';
import { daysBefore, spans } from '../../design/spans.ts';
import type { Engine } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { windowDays } from '../../twin/fill/columns.ts';
import type { TableVolume } from '../../twin/model.ts';
import type { Outcome } from '../model.ts';

/** Adds the partitions that the oldest generated rows need. */
export async function addParts(
  engine: Engine,
  databases: readonly SandboxDatabase[],
  parted: readonly PartedTable[],
  volumes: readonly TableVolume[],
  until: Date,
): Promise<void> {
  const statements = parted.flatMap((table) => {
    const volume = volumes.find((one) => sameName(one.table, table.table));
    const from = daysBefore(until, volume ? windowDays(volume.horizon, volume.perDay) : 0);
    const before = new Date(table.first.getTime() - 1);
    return from > before
      ? []
      : spans(table.every, from, before).map((span) => engine.partitions.create(table, span));
  });
  if (statements.length === 0) return;
  for (const database of databases) {
    const session = await engine.connect(database.ownerUrl, { application: 'dbd partitions' });
    try {
      for (const sql of statements) await session.query(sql);
    } finally {
      await session.close();
    }
  }
}

/** Sizes with every partition and its indexes under the name of the whole table. */
export function sizesOfWhole(sizes: Outcome['sizes'], catalog: Catalog): Outcome['sizes'] {
  const parents = new Map(
    catalog.tables.flatMap(({ schema, name, partitionOf }) =>
      partitionOf ? [[`${schema}.${name}`, partitionOf.name] as const] : [],
    ),
  );
  return sizes.map((size) => {
    let { table } = size;
    for (let parent = parents.get(`${size.name.schema}.${table}`); parent;)
      [table, parent] = [parent, parents.get(`${size.name.schema}.${parent}`)];
    return table === size.table ? size : { ...size, table };
  });
}
