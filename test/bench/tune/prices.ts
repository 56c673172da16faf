/** Costs of cases under sets of indexes that nobody built, remembered, and counted for each contestant alone. */
import type { IndexWish, PlanFacts, WhatIf } from '../../../src/engine/model.ts';
import type { Name } from '../../../src/catalog/model.ts';
import type { Case } from './cases.ts';

/** An index of a contestant. */
export interface Wished {
  /** `orders (customer_id, placed_on)`; equal ones are the same index. */
  readonly key: string;
  readonly wish: IndexWish;
  /** `table.column` of its keys, as far as they are columns. */
  readonly columns: readonly string[];
}

/** What one contestant may ask. */
export interface Asking {
  /** Cost of a case under a set; only those of the set that `matter` make it another question. */
  cost(one: Case, set: readonly Wished[], matter?: readonly Wished[]): Promise<number>;
  plan(one: Case, set: readonly Wished[], matter?: readonly Wished[]): Promise<Answer>;
  bytes(wished: Wished): Promise<number>;
  /** Whether the what-if says that it rests on rows made up of statistics, since nobody gathered any of its expression; asked after its bytes. */
  guessed(wished: Wished): boolean;
  /** Different questions so far: what it would have asked the planner, were it alone. */
  calls(): number;
}

export interface Answer {
  readonly cost: number;
  /** Keys of the set that the plan uses. */
  readonly uses: readonly string[];
  readonly facts: PlanFacts;
}

/** How the what-if says that the statistics of an expression are made up. */
export const madeUp = "made of its columns' statistics";

/** A tree over columns. */
export function treeOver(table: string, columns: readonly string[]): Wished {
  const definition = `(${columns.join(', ')})`;
  return {
    key: `${table} ${definition}`,
    wish: { table: { schema: 'public', name: table }, definition, unique: false },
    columns: columns.map((column) => `${table}.${column}`),
  };
}

/** Begins to ask on a what-if; answers are shared among contestants, counts are not. */
export function pricesOn(whatIf: WhatIf, pageBytes: number): { asking(): Asking; clear(): Promise<void> } {
  const answers = new Map<string, Answer>();
  const sizes = new Map<string, number>();
  const guesses = new Set<string>();
  const made = new Map<string, Name>();

  const only = async (set: readonly Wished[]): Promise<void> => {
    const wanted = new Set(set.map(({ key }) => key));
    const gone = [...made].filter(([key]) => !wanted.has(key));
    await whatIf.drop(gone.map(([, name]) => name));
    for (const [key] of gone) made.delete(key);
    const missing = [...new Map(set.map((one) => [one.key, one])).values()].filter(
      ({ key }) => !made.has(key),
    );
    const created = await whatIf.create(missing.map(({ wish }) => wish));
    for (const [i, { key }] of missing.entries()) {
      const { name, pages, assumed } = created[i]!;
      made.set(key, name);
      sizes.set(key, pages * pageBytes);
      if (assumed.some((text) => text.includes(madeUp))) guesses.add(key);
    }
  };

  const ask = async (one: Case, set: readonly Wished[], question: string): Promise<Answer> => {
    const known = answers.get(question);
    if (known) return known;
    await only(set);
    const facts = await whatIf.price(one.sql, one.values);
    const names = new Map([...made].map(([key, { name }]) => [name, key]));
    const uses = facts.indexes.flatMap((index) => names.get(index) ?? []);
    const answer = { cost: facts.totalCost, uses, facts };
    answers.set(question, answer);
    return answer;
  };

  return {
    clear: () => only([]),
    asking() {
      const asked = new Set<string>();
      const plan: Asking['plan'] = (one, set, matter = onTables(one, set)) => {
        const question = `${one.id} ${matter
          .map(({ key }) => key)
          .sort()
          .join('; ')}`;
        asked.add(question);
        return ask(one, set, question);
      };
      return {
        plan,
        cost: async (...question) => (await plan(...question)).cost,
        async bytes(wished) {
          if (!sizes.has(wished.key)) await only([wished]);
          return sizes.get(wished.key)!;
        },
        guessed: ({ key }) => guesses.has(key),
        calls: () => asked.size,
      };
    },
  };
}

/** Indexes of a set that are on tables of the case. */
export function onTables({ tables }: Case, set: readonly Wished[]): readonly Wished[] {
  return set.filter(({ wish }) => tables.includes(wish.table.name));
}
