/** Builds the chosen set on a copy of a filled twin, measures it, and withholds what does not hold. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Site } from './build.ts';
import { limitsOf } from './limits.ts';
import type { Proof, Withheld, WriteCost } from './model.ts';
import type { ProveOptions } from './options.ts';
import { provenDrop, provenIndex, provenQueries, totalOf } from './proven.ts';
import { openStage, type Stage } from './stage.ts';
import { buildSet, withdraw, type DropPiece, type IndexPiece, type Piece } from './standing.ts';
import { estimatesOf } from './estimates.ts';
import { Trial } from './trial.ts';
import { withholdUseless } from './useful.ts';
import { measureWrites } from './writes.ts';
import { tooDear } from './dear.ts';

export type { ProveOptions } from './options.ts';

/** Proves a choice; throws `sandbox.*` and `interrupted`, everything else is a result. */
export async function proveChoice(options: ProveOptions): Promise<Proof> {
  const { engine, emit } = options;
  await engine.grammar.ready();
  const stage = await step(emit, 'copy the twin twice', () => openStage(options));
  try {
    return await prove(options, stage);
  } finally {
    await stage.close();
  }
}

async function prove(options: ProveOptions, stage: Stage): Promise<Proof> {
  const { engine, catalog, queries, signal, emit } = options;
  const site: Site = {
    engine,
    catalog,
    get session() {
      return stage.builder;
    },
    get watcher() {
      return stage.watcher;
    },
    signal,
  };
  const built = await step(
    emit,
    'build the set',
    () => buildSet(options, site),
    ({ pieces }) => plural(pieces.length, 'piece'),
  );
  const withheld: Withheld[] = [...built.withheld];
  const trial = new Trial(options, stage, site, built.pieces);
  await step(emit, 'run the queries on both sides', () => trial.measure(queries));
  await step(emit, 'look for what is slower', async () => withheld.push(...(await trial.withholdSlower())));
  await step(emit, 'look for what nothing gains from', async () => {
    withheld.push(...(await withholdUseless(options, trial)));
    // Without what was useless another plan may be taken.
    await trial.reconsider();
    withheld.push(...(await trial.withholdSlower()));
  });
  const costs = await step(emit, 'measure the cost of writing', () =>
    measureWrites(options, stage, trial.pieces.filter(isIndex)),
  );
  const dear = tooDear(options, trial, costs);
  if (dear.length > 0) {
    await withdraw(site, trial.remove(dear.map(({ what }) => what)));
    await trial.measure(trial.affected(dear.flatMap(({ queries: names }) => names)));
    withheld.push(...dear);
  }
  return resultOf(options, trial, withheld, costs);
}

async function resultOf(
  options: ProveOptions,
  trial: Trial,
  withheld: readonly Withheld[],
  costs: ReadonlyMap<string, WriteCost | string>,
): Promise<Proof> {
  const queries = provenQueries(options, trial);
  const total = totalOf(queries);
  const undone = await trial.undoTimes();
  return {
    indexes: trial.pieces
      .filter(isIndex)
      .map((piece) => provenIndex(options, piece, queries, costs.get(piece.id))),
    drops: trial.pieces.filter(isDrop).map((piece) => provenDrop(piece, undone.get(piece.id) ?? 0)),
    statistics: trial.pieces.flatMap((piece) =>
      piece.kind === 'statistics' ? [estimatesOf(options.engine, piece, trial.seen)] : [],
    ),
    queries,
    withheld,
    ...(total ? { total } : {}),
    compared: options.fidelity !== undefined,
    limits: limitsOf(options, queries, trial),
  };
}

function isIndex(piece: Piece): piece is IndexPiece {
  return piece.kind === 'index';
}

function isDrop(piece: Piece): piece is DropPiece {
  return piece.kind === 'drop';
}
