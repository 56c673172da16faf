/** Candidates while they are collected: equal ones are one, and each knows who asked for it. */
import { keyOf } from '../../catalog/identity.ts';
import type { Engine, IndexForm, IndexFormKey } from '../../engine/model.ts';
import type { IndexCandidate } from '../advice/model.ts';
import type { Draft } from './model.ts';

export interface Thought {
  readonly id: string;
  readonly form: IndexForm;
  /** Queries that asked for it, with the rank of the form in each. */
  readonly serves: Map<string, number>;
  readonly because: Set<string>;
  /** Keys from the beginning whose direction nobody cares about; the strictest wish counts. */
  loose: number;
}

/** Text by which equal indexes are told to be equal. */
export function idOf(
  { table, method, keys, includes, predicate }: IndexForm,
  { access, quote }: Engine,
): string {
  const { definition } = access.define({
    table,
    method,
    keys,
    includes,
    ...(predicate === undefined ? {} : { predicate }),
  });
  return `${quote.full(table)} ${method === 'btree' ? 'USING btree ' : ''}${definition}`;
}

/** Adds what one query asks for. */
export function think(thoughts: Map<string, Thought>, draft: Draft, query: string, engine: Engine): void {
  const id = idOf(draft.form, engine);
  const known = thoughts.get(id) ?? {
    id,
    form: draft.form,
    serves: new Map(),
    because: new Set(),
    loose: draft.form.keys.length,
  };
  thoughts.set(id, known);
  known.serves.set(query, Math.min(draft.rank, known.serves.get(query) ?? draft.rank));
  known.because.add(draft.because);
  known.loose = Math.min(known.loose, draft.ordered ?? draft.form.keys.length);
}

/** Beginnings of longer trees, and trees of two queries in one. */
export function combine(
  thoughts: Map<string, Thought>,
  weight: (thought: Thought) => number,
  engine: Engine,
): void {
  const trees = [...thoughts.values()].filter(({ form }) => form.method === 'btree');
  for (const { form, serves, loose } of trees)
    for (let length = form.keys.length - 1; length > 0; length -= 1) {
      const shorter: IndexForm = { ...form, keys: form.keys.slice(0, length), includes: [] };
      for (const [query, rank] of serves)
        think(
          thoughts,
          {
            form: shorter,
            because: `beginning of ${keysText(form)}`,
            rank: rank + 2,
            ordered: Math.min(loose, length),
          },
          query,
          engine,
        );
    }
  const groups = new Map<string, Thought[]>();
  for (const thought of trees) {
    const { table, predicate, keys } = thought.form;
    // Only trees that begin alike can do each other's work.
    const key = `${keyOf(table)} ${predicate ?? ''} ${JSON.stringify(keys[0])}`;
    groups.set(key, [...(groups.get(key) ?? []), thought]);
  }
  for (const group of groups.values()) {
    const heavy = group
      .toSorted((a, b) => weight(b) - weight(a) || (a.id < b.id ? -1 : 1))
      .slice(0, mostMerged);
    for (const [i, one] of heavy.entries())
      for (const other of heavy.slice(i + 1)) {
        if ([...one.serves.keys()].every((query) => other.serves.has(query))) continue;
        const form = merged(one.form, other.form);
        if (!form) continue;
        for (const query of new Set([...one.serves.keys(), ...other.serves.keys()]))
          think(
            thoughts,
            {
              form,
              because: `${keysText(one.form)} and ${keysText(other.form)} in one`,
              rank: 4,
              ordered: Math.min(one.loose, other.loose),
            },
            query,
            engine,
          );
      }
  }
}

const mostMerged = 8;
const mostKeys = 5;
const mostIncludes = 6;

/** The first tree with what the second one has beyond it: as keys where it begins alike, else kept along. */
function merged(one: IndexForm, other: IndexForm): IndexForm | undefined {
  const begins = one.keys.every((key, i) => sameKey(key, other.keys[i]));
  const more = other.keys.filter((key) => !one.keys.some((own) => own.key === key.key));
  if (more.some(({ expression }) => expression) && !begins) return undefined;
  const keys = begins ? other.keys : [...one.keys, ...more];
  const includes = [...new Set([...one.includes, ...other.includes])]
    .filter((name) => !keys.some(({ key }) => key === name))
    .toSorted();
  return keys.length > mostKeys || includes.length > mostIncludes ? undefined : { ...one, keys, includes };
}

function sameKey(one: IndexFormKey, other: IndexFormKey | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keysText({ keys }: IndexForm): string {
  return `(${keys.map(({ key }) => key).join(', ')})`;
}

/** A thought as a candidate. */
export function candidateOf({ id, form, serves, because }: Thought, { access }: Engine): IndexCandidate {
  const { method, keys, includes, predicate } = form;
  return {
    id,
    wish: access.define(form),
    method,
    keys: keys.map(({ key }) => key),
    includes,
    ...(predicate === undefined ? {} : { predicate }),
    serves: [...serves.keys()],
    because: [...because],
  };
}
