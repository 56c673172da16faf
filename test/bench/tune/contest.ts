/** Sets of indexes that each contestant chooses on one hollow twin, and what they cost by estimate. */
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { PlanFacts, WhatIf } from '../../../src/engine/model.ts';
import { hollowOf } from '../../hollow/plans.ts';
import { casesOf, type Case } from './cases.ts';
import { pricesOn, type Answer, type Wished } from './prices.ts';
import type { Rival } from './rivals/rival.ts';
import type { Filled } from './shapes.ts';

/** What one contestant chose for one budget. */
export interface Entry {
  readonly name: string;
  /** Share of the data's bytes that indexes may take. */
  readonly share: number;
  readonly set: readonly Wished[];
  /** Keys of those that rest on made-up statistics. */
  readonly guessed: readonly string[];
  /** By the what-if's sizes. */
  readonly bytes: number;
  /** Weighted over all cases, as the planner prices the whole set. */
  readonly cost: number;
  readonly plans: readonly PlanFacts[];
  /** Keys of the set's indexes that each plan uses. */
  readonly uses: readonly (readonly string[])[];
  /** Plans it asked for. */
  readonly calls: number;
  readonly ms: number;
  /** What it claims of its choice. */
  readonly claim?: Claim;
}

/** What our own choice says of itself. */
export interface Claim {
  readonly says: string;
  readonly gap: number;
  /** Estimated cost of each query, over its sets of values. */
  readonly after: ReadonlyMap<string, number>;
}

/** Somebody who asks the what-if itself and counts its calls. */
export interface Contestant {
  readonly name: string;
  choose(input: {
    readonly filled: Filled;
    readonly whatIf: WhatIf;
    readonly budget: number;
  }): Promise<{ readonly set: readonly Wished[]; readonly calls: number; readonly claim: Claim }>;
}

export interface Contest {
  readonly cases: readonly Case[];
  /** Without any new index. */
  readonly before: number;
  readonly entries: readonly Entry[];
}

/** Lets everybody choose for each budget, and prices what they chose. */
export async function contest(
  filled: Filled,
  shares: readonly number[],
  rivals: readonly Rival[],
  contestants: readonly Contestant[],
): Promise<Contest> {
  await postgres.grammar.ready();
  const { snapshot, dataBytes } = filled;
  const { catalog } = snapshot;
  const cases = casesOf(filled.queries, catalog);
  const twin = await hollowOf(snapshot);
  const session = await postgres.connect(twin.database.adminUrl);
  const whatIf = await postgres.hollow.whatIf(session, snapshot);
  try {
    const prices = pricesOn(whatIf, snapshot.source.blockSize);
    const judge = prices.asking();
    const total = (answers: readonly Answer[]): number =>
      answers.reduce((sum, { cost }, i) => sum + cases[i]!.weight * cost, 0);
    const priced = async (set: readonly Wished[]): Promise<readonly Answer[]> => {
      const answers: Answer[] = [];
      for (const one of cases) answers.push(await judge.plan(one, set));
      return answers;
    };
    const entries: Entry[] = [];
    const enter = async (
      name: string,
      share: number,
      choose: () => Promise<Pick<Entry, 'set' | 'calls' | 'claim'>>,
    ): Promise<void> => {
      const began = performance.now();
      const { set, calls, claim } = await choose();
      const ms = performance.now() - began;
      const answers = await priced(set);
      let bytes = 0;
      for (const one of set) bytes += await judge.bytes(one);
      entries.push({
        name,
        share,
        set,
        guessed: set.filter((one) => judge.guessed(one)).map(({ key }) => key),
        bytes,
        plans: answers.map(({ facts }) => facts),
        uses: answers.map(({ uses }) => uses),
        calls,
        ms,
        cost: total(answers),
        ...(claim ? { claim } : {}),
      });
    };
    for (const share of shares) {
      const budget = share * dataBytes;
      for (const rival of rivals)
        await enter(rival.name, share, async () => {
          const asking = prices.asking();
          const set = await rival.choose({ cases, catalog, asking, budget, dataBytes });
          return { set, calls: asking.calls() };
        });
      for (const contestant of contestants)
        await enter(contestant.name, share, async () => {
          await prices.clear();
          return contestant.choose({ filled, whatIf, budget });
        });
    }
    return { cases, before: total(await priced([])), entries };
  } finally {
    await whatIf.close();
    await session.close();
    await twin.sandbox.stop();
  }
}
