/** The story of the alternatives: where figures could decide, other designs are built and run beside the chosen one. */
import { DbdError } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import type { Stage } from '../deliverables/model.ts';
import { buildChosen, buildVariant } from './build.ts';
import { alternativeKinds } from './kinds/all.ts';
import { measure, openBench, type Bench, type Effort } from './measure.ts';
import type { Built, Chore, Comparison, Found, Measured, Seen, Variant } from './model.ts';
import { compareResults } from './same.ts';
import { putAside, type Source } from './source.ts';

/** No further choice is looked at after this time, milliseconds. */
const beginWithinMs = 27_000;
const usual: Effort = { calls: 120, patternMs: 1_200, fewest: 15 };
const short: Effort = { calls: 40, patternMs: 300, fewest: 12 };

export interface Alternatives {
  readonly comparisons: readonly Comparison[];
  /** What was not built, and why. */
  readonly limits: readonly string[];
}

/** Choices of the task that other designs would make otherwise, in the order in which they are built. */
export function findChoices(stage: Stage): readonly Found[] {
  const { alternatives } = stage;
  if (alternatives === 'none') return [];
  return alternativeKinds
    .filter(({ name }) => alternatives === 'auto' || alternatives.includes(name))
    .flatMap((kind) => kind.find(stage));
}

/** Builds and measures every choice until the time is up; databases are dropped again. */
export async function compareDesigns(stage: Stage): Promise<Alternatives> {
  const begin = performance.now();
  const found = findChoices(stage);
  const limits = found.flatMap((one) =>
    one.kind === 'impossible' ? [`No alternative for ${one.about} was built: ${one.because}.`] : [],
  );
  const groups = groupsOf(found.flatMap((one) => (one.kind === 'variant' ? [one.variant] : [])));
  if (groups.length === 0) return { comparisons: [], limits };
  const comparisons: Comparison[] = [];
  const source = await putAside(stage);
  try {
    for (const group of groups) {
      stage.signal.throwIfAborted();
      const { about, kind } = group[0]!;
      if (performance.now() - begin > beginWithinMs) {
        limits.push(`No alternative for ${about} (${kind}) was built: the time for alternatives was up.`);
        continue;
      }
      const compared = await step(stage.emit, `build and measure alternatives: ${about}`, () =>
        compareGroup(stage, source, group, limits, begin + beginWithinMs),
      );
      if (compared) comparisons.push(compared);
    }
  } finally {
    await stage.sandbox.dropDatabase(source.database);
  }
  return { comparisons, limits };
}

function groupsOf(variants: readonly Variant[]): readonly (readonly Variant[])[] {
  const groups = new Map<string, Variant[]>();
  for (const variant of variants) {
    const key = `${variant.kind} ${variant.about}`;
    groups.set(key, [...(groups.get(key) ?? []), variant]);
  }
  return [...groups.values()];
}

async function compareGroup(
  stage: Stage,
  source: Source,
  group: readonly Variant[],
  limits: string[],
  until: number,
): Promise<Comparison | undefined> {
  const built: Built[] = [];
  try {
    const chosen = await buildChosen(stage, source, group[0]!.chosen);
    built.push(chosen);
    const stands: { readonly variant: Variant; readonly other: Built }[] = [];
    for (const variant of group) {
      if (stands.length > 0 && performance.now() > until) {
        limits.push(`${variant.about} ${variant.name} was not built: the time for alternatives was up.`);
        continue;
      }
      try {
        const other = await buildVariant(stage, source, variant);
        built.push(other);
        stands.push({ variant, other });
      } catch (error) {
        stage.signal.throwIfAborted();
        if (!(error instanceof DbdError)) throw error;
        limits.push(`${variant.about} ${variant.name} was not built: ${error.message}`);
      }
    }
    if (stands.length === 0) return undefined;
    const bench = await openBench(stage, built);
    try {
      const compared = new Map(
        await Promise.all(
          stands.map(
            async ({ other }) => [other, await compareResults(bench.patterns, chosen, other)] as const,
          ),
        ),
      );
      const measured = await measure(stage, bench, stage.quick ? short : usual);
      const seen = async (one: Built): Promise<Seen> =>
        seenOf(stage, bench, one, measured.get(one) ?? [], group[0]!.chore);
      const others = [];
      for (const { variant, other } of stands)
        others.push({ variant, seen: await seen(other), sameness: compared.get(other)! });
      return {
        kind: group[0]!.kind,
        about: group[0]!.about,
        chosen: await seen(chosen),
        others,
        rows: [...source.rows.values()].reduce((sum, rows) => sum + rows, 0),
      };
    } finally {
      await bench.close();
    }
  } finally {
    for (const { database } of built) await stage.sandbox.dropDatabase(database);
  }
}

async function seenOf(
  stage: Stage,
  bench: Bench,
  built: Built,
  patterns: readonly Measured[],
  chore: Variant['chore'],
): Promise<Seen> {
  const { engine, before, sandbox } = stage;
  const session = bench.sessions.get(built)![0]!;
  const sizes = (await engine.stats.sizes(session)).filter(
    ({ table, name }) => !before.tables.some((one) => one.name === table && one.schema === name.schema),
  );
  const bytes = (kind: 'table' | 'index'): number =>
    sizes.reduce((sum, size) => sum + (size.kind === kind ? size.bytes : 0), 0);
  const watcher = await engine.watch.open(built.database.adminUrl, sandbox.log);
  const chores: Chore[] = [];
  try {
    const done = await chore?.({ stage, built, session, watcher });
    if (done) chores.push(done);
  } finally {
    await watcher.close();
  }
  return {
    name: built.name,
    patterns,
    unable: bench.unable,
    chores,
    tableBytes: bytes('table'),
    indexBytes: bytes('index'),
    indexes: built.indexes,
  };
}
