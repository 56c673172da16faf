/** Answers in a cache, each with the state of the counters that it was read under. */
import type { createClient } from '@redis/client';
import type { CacheCandidate, WritePath } from './model.ts';

export type CacheClient = ReturnType<typeof createClient>;

interface Kept {
  /** Counters before the database was asked. */
  readonly at: readonly (string | null)[];
  readonly answer: string;
}

/** Reads through a cache: a kept answer holds as long as no counter it depends on has moved since before it was read. */
export class KeptAnswers {
  readonly #client: CacheClient;
  readonly #candidate: CacheCandidate;

  constructor(client: CacheClient, candidate: CacheCandidate) {
    this.#client = client;
    this.#candidate = candidate;
  }

  /** The answer, and whether it was kept; one trip for a hit, two and the database for a miss. */
  async read(
    values: readonly unknown[],
    ask: () => Promise<string>,
  ): Promise<{ readonly answer: string; readonly hit: boolean }> {
    const key = this.keyOf(values);
    const [text, ...at] = await this.#client.mGet([key, ...this.#counters(values)]);
    const kept = text == null ? undefined : (JSON.parse(text) as Kept);
    if (kept && kept.at.every((one, i) => one === at[i])) return { answer: kept.answer, hit: true };
    const answer = await ask();
    await this.#client.set(key, JSON.stringify({ at, answer } satisfies Kept), {
      expiration: { type: 'EX', value: this.#candidate.ttlSeconds },
    });
    return { answer, hit: false };
  }

  /** What is to be done after the commit of a write. */
  async moved({ table, moves, whole }: WritePath, values: readonly unknown[]): Promise<void> {
    const counters = whole
      ? [counterOf(table)]
      : moves.map(({ column, value }) => counterOf(table, column, values[value]));
    const all = this.#client.multi();
    for (const counter of counters) all.incr(counter);
    await all.exec();
  }

  keyOf(values: readonly unknown[]): string {
    return `dbd:answer:${this.#candidate.query.name}:${JSON.stringify(values)}`;
  }

  #counters(values: readonly unknown[]): readonly string[] {
    return this.#candidate.depends.flatMap(({ table, column, value }) =>
      column === undefined
        ? [counterOf(table)]
        : [counterOf(table), counterOf(table, column, values[value!])],
    );
  }
}

function counterOf({ schema, name }: WritePath['table'], column?: string, value?: unknown): string {
  return `dbd:version:${JSON.stringify([schema, name, ...(column === undefined ? [] : [column, String(value)])])}`;
}
