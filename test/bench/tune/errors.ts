/** Costs with indexes that nobody built against costs with the same ones built. */
import type { PlanFacts } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { hollowOf, snapshotOf } from '../../hollow/plans.ts';
import { buildAll, nameOf, plansWith } from './built.ts';
import { casesOf, type Case } from './cases.ts';
import { madeUp } from './prices.ts';
import { kindsOf, type Kind, type KindOfIndex } from './kinds.ts';
import { filledShape, type ShapeName } from './shapes.ts';

/** One index alone and one case that either side's plan uses it for. */
export interface Miss {
  readonly kind: Kind;
  readonly index: string;
  readonly id: string;
  /** |cost nobody built ÷ cost built − 1|. */
  readonly error: number;
  readonly samePlan: boolean;
  /** The what-if says that it rests on rows made up of statistics, since nobody gathered any of the expression. */
  readonly guessed: boolean;
  readonly says: string;
}

export interface SizeMiss {
  readonly kind: Kind;
  readonly index: string;
  /** Bytes nobody built ÷ bytes built. */
  readonly ratio: number;
}

/** Each index of every kind alone, over the cases on its table; those that no plan uses say nothing and are left out. */
export async function errorsOf(
  shape: ShapeName,
  rows?: number,
  some: (one: KindOfIndex) => boolean = () => true,
): Promise<{
  readonly misses: readonly Miss[];
  readonly sizes: readonly SizeMiss[];
  readonly unused: number;
}> {
  await postgres.grammar.ready();
  const sandbox = await startSandbox(postgres, {
    settings: { autovacuum: 'off', shared_buffers: '512MB' },
  });
  try {
    const filled = await filledShape(sandbox, shape, rows);
    const kinds = kindsOf(shape).filter(some);
    const cases = casesOf(filled.queries, filled.snapshot.catalog);
    const about = kinds.map(({ wish }) => cases.filter(({ tables }) => tables.includes(wish.table.name)));
    const session = await postgres.connect(filled.database.adminUrl);
    const built = await buildAll(
      session,
      kinds.map(({ wish }) => wish),
    );
    // Statistics are gathered once, with those of expressions, and kept by the snapshot that is taken when the indexes are gone again.
    await session.run('VACUUM ANALYZE');
    const there: (readonly PlanFacts[])[] = [];
    for (const [n, own] of about.entries()) there.push(await plansWith(built, [n], own));
    await built.drop();
    await session.run('VACUUM');
    await session.close();
    const snapshot = await snapshotOf(filled.database.adminUrl);
    const twin = await hollowOf(snapshot);
    try {
      const trying = await postgres.connect(twin.database.adminUrl);
      const whatIf = await postgres.hollow.whatIf(trying, snapshot);
      const misses: Miss[] = [];
      const sizes: SizeMiss[] = [];
      for (const [n, { kind, wish }] of kinds.entries()) {
        const index = `${wish.table.name} ${wish.definition}`;
        const [guess] = await whatIf.create([wish]);
        sizes.push({ kind, index, ratio: (guess!.pages * snapshot.source.blockSize) / built.bytes[n]! });
        const guessed = guess!.assumed.some((text) => text.includes(madeUp));
        const names = new Set([guess!.name.name, nameOf(n)]);
        for (const [i, one] of about[n]!.entries()) {
          const real = there[n]![i]!;
          const here = await whatIf.price(one.sql, one.values);
          if ([...real.indexes, ...here.indexes].some((name) => names.has(name)))
            misses.push(missOf({ kind, index, one, real, here, names, guessed }));
        }
        await whatIf.drop([guess!.name]);
      }
      await whatIf.close();
      await trying.close();
      const used = new Set(misses.map((miss) => miss.index));
      return { misses, sizes, unused: kinds.length - used.size };
    } finally {
      await twin.sandbox.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

function missOf({
  kind,
  index,
  one,
  real,
  here,
  names,
  guessed,
}: {
  readonly kind: Kind;
  readonly index: string;
  readonly one: Case;
  readonly real: PlanFacts;
  readonly here: PlanFacts;
  readonly names: ReadonlySet<string>;
  readonly guessed: boolean;
}): Miss {
  const plan = ({ nodes, totalCost }: PlanFacts): string =>
    [...names].reduce((text, name) => text.replaceAll(name, 'it'), `${nodes.join(' | ')} ${totalCost}`);
  const bare = (facts: PlanFacts): string => plan({ ...facts, totalCost: 0 });
  return {
    kind,
    index,
    id: one.id,
    guessed,
    error: Math.abs(here.totalCost / real.totalCost - 1),
    samePlan: bare(real) === bare(here),
    says: `built: ${plan(real)}\n      not built: ${plan(here)}`,
  };
}
