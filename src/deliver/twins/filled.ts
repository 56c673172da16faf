/** The story of a filled twin: rows, and how true they are. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { printName } from '../../catalog/identity.ts';
import type { Snapshot } from '../../engine/model.ts';
import { column } from '../../report/build.ts';
import type { Block } from '../../report/model.ts';
import { knowledgeOf } from '../../twin/sampled/knowledge.ts';
import { makeFilled, type FilledTwin } from '../../twin/sampled/sampled.ts';
import { sizesOf } from '../../twin/sampled/sizes.ts';
import { fidelityBlocks } from './fidelity-blocks.ts';
import { fidelityOf, maskedOtherwise, orStop, queriesOn, withoutVerdict, workloadBlock } from './measured.ts';
import type { StandingTwin, TwinOptions } from './twin-options.ts';

/** Rows of a filled twin when nobody says otherwise: some ten seconds on two cores. */
const usualRows = 1_000_000;
/** Tables that are told one by one. */
const told = 20;

/** Makes a filled twin and measures it; throws `sandbox.*`, `twin.fill`. */
export async function filledStory(options: TwinOptions, snapshot: Snapshot): Promise<StandingTwin> {
  const { engine, config, emit, signal, seed } = options;
  const volumes = sizesOf(snapshot.catalog, knowledgeOf(snapshot), {});
  const all = volumes.reduce((sum, volume) => sum + volume.now, 0);
  const made = await makeFilled({
    engine,
    snapshot,
    seed,
    emit,
    signal,
    ...(options.scale === undefined
      ? { rows: options.rows ?? Math.min(usualRows, all) }
      : { scale: options.scale }),
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
    ...(config.generators === undefined ? {} : { generators: config.generators }),
  });
  const { sandbox, database } = made;
  const rows = made.fill.tables.reduce((sum, table) => sum + table.rows, 0);
  const { found, fidelity } = await orStop(sandbox, async () => {
    const queries = await queriesOn(options, snapshot, made);
    return {
      found: queries,
      fidelity: options.fidelity
        ? await fidelityOf(options, snapshot, made, queries, all === 0 ? 1 : rows / all)
        : undefined,
    };
  });
  return {
    id: sandbox.id,
    url: made.url,
    server: `${sandbox.server}, ${sandbox.provider}`,
    exact: false,
    notExact: [
      ...made.leftOut.map(({ path, why }) => ({ what: path, why })),
      ...maskedOtherwise(snapshot),
      ...withoutVerdict(found),
    ],
    headline: `${rows === 1 ? 'One row was' : `${formatCount(rows)} rows were`} made in ${formatMs(made.fill.ms)}; production had ${formatCount(all)}.`,
    blocks: [tables(made), workloadBlock(snapshot, found), ...(fidelity ? fidelityBlocks(fidelity) : [])],
    limits: [...made.limits, ...found.limits, ...(fidelity?.limits ?? [])],
    output: { rows, ...(fidelity ? { fidelity } : {}) },
    keep: (seconds, holds) => sandbox.keep(seconds, database, holds),
    stop: () => sandbox.stop(),
  };
}

function tables({ fill, volumes }: FilledTwin): Block {
  const largest = fill.tables.toSorted((a, b) => b.rows - a.rows);
  const now = new Map(volumes.map((volume) => [printName(volume.table), volume.now]));
  return {
    id: 'tables',
    title: 'Tables',
    kind: 'table',
    columns: [
      column('table', 'code'),
      column('rows', 'right'),
      column('in production', 'right'),
      column('bytes', 'right'),
    ],
    rows: largest
      .slice(0, told)
      .map(({ table, rows, bytes }) => [
        printName(table),
        formatCount(rows),
        formatCount(now.get(printName(table)) ?? 0),
        formatBytes(bytes),
      ]),
    ...(largest.length > told ? { note: `${largest.length - told} smaller tables are not shown.` } : {}),
  };
}
