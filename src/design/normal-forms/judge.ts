/** Which normal form a set of attributes is in, and what stands in the way of a higher one. */
import {
  candidateKeys,
  closure,
  leftReduced,
  minus,
  preserves,
  union,
  within,
  type Attributes,
  type Functional,
} from './closure.ts';

export type NormalForm = '1NF' | '2NF' | '3NF' | 'BCNF' | '4NF' | '5NF';
const order: readonly NormalForm[] = ['1NF', '2NF', '3NF', 'BCNF', '4NF', '5NF'];

/** A table as attributes with everything that is known to depend on something. */
export interface Relation {
  readonly attributes: Attributes;
  /** A key that stands for the row and means nothing by itself; it is left out where facts are told apart. */
  readonly surrogate?: string;
  /** Attributes that decide all others. */
  readonly keys: readonly Attributes[];
  readonly functional: readonly (Functional & { readonly why?: string })[];
  readonly multivalued: readonly (Functional & { readonly why?: string })[];
  readonly joins: readonly { readonly parts: readonly Attributes[]; readonly why?: string }[];
  /** Attributes that hold several values, or repeat each other under numbered names. */
  readonly repeating: readonly {
    readonly names: Attributes;
    readonly because: string;
    readonly strict: boolean;
  }[];
}

/** What keeps a table from a normal form. */
export interface Violation {
  readonly form: NormalForm;
  /** The dependency in one line: `product → product_name`. */
  readonly dependency: string;
  readonly because: string;
  /** Tables that would not have it; their join is the whole. */
  readonly parts: readonly Attributes[];
  /** Each dependency can be checked within one of the parts. */
  readonly preserving: boolean;
  /** Why the task wants it nevertheless. */
  readonly why?: string;
}

export interface Judgement {
  /** The highest form the table is in; undefined when it is not even in the first. */
  readonly form?: NormalForm;
  readonly keys: readonly Attributes[];
  readonly violations: readonly Violation[];
  /** What was told without being held against the table. */
  readonly told: readonly string[];
  /** Declared dependencies that say nothing about this table, and why. */
  readonly empty: readonly string[];
}

/** Judges a table; everything follows from what was declared, nothing is guessed from values. */
export function judge(relation: Relation): Judgement {
  const { attributes, surrogate } = relation;
  const declared: readonly Functional[] = [
    ...relation.keys.map((on) => ({ on, sets: attributes })),
    ...relation.functional,
  ];
  const keys = candidateKeys(attributes, declared);
  // A number that was made up is independent of nothing: what is told apart are the facts beside it.
  const facts = surrogate === undefined ? attributes : minus(attributes, [surrogate]);
  const factual = declared
    .filter(({ on }) => surrogate === undefined || !on.includes(surrogate))
    .map(({ on, sets }) => ({ on, sets: minus(sets, surrogate === undefined ? [] : [surrogate]) }));
  const factKeys = candidateKeys(facts, factual);
  const empty: string[] = [];
  const violations = [
    ...relation.repeating.filter(({ strict }) => strict).map((group) => repeated(relation, group)),
    ...relation.functional.flatMap((each) => functional(each, { attributes, keys, declared })),
    ...relation.multivalued.flatMap((each) => multivalued(each, facts, factual, empty)),
    ...relation.joins.flatMap((each) => joined(each, facts, factKeys, factual, empty)),
  ];
  const lowest = Math.min(order.length, ...violations.map(({ form }) => order.indexOf(form)));
  return {
    ...(lowest > 0 ? { form: order[lowest - 1]! } : {}),
    keys,
    violations,
    told: relation.repeating.filter(({ strict }) => !strict).map(({ because }) => because),
    empty,
  };
}

function repeated(
  { attributes, keys }: Relation,
  { names, because }: Relation['repeating'][number],
): Violation {
  const [key = []] = keys;
  const base = names[0]!.replace(/_?\d+$/, '');
  return {
    form: '1NF',
    dependency: names.join(', '),
    because,
    parts: [minus(attributes, names), union(key, [`${base}_number`, base])],
    preserving: true,
  };
}

interface Whole {
  readonly attributes: Attributes;
  readonly keys: readonly Attributes[];
  readonly declared: readonly Functional[];
}

function functional(
  { on, sets, why }: Functional & { readonly why?: string },
  { attributes, keys, declared }: Whole,
): readonly Violation[] {
  const byForm = new Map<NormalForm, { readonly on: Attributes; readonly sets: string[] }>();
  for (const one of minus(sets, on)) {
    const left = leftReduced(on, one, declared);
    if (within(attributes, closure(left, declared))) continue;
    const prime = keys.some((key) => key.includes(one));
    const partial = keys.some((key) => within(left, key) && left.length < key.length);
    const form = prime ? 'BCNF' : partial ? '2NF' : '3NF';
    const found = byForm.get(form) ?? { on: left, sets: [] };
    byForm.set(form, { on: found.on, sets: [...found.sets, one] });
  }
  return [...byForm].map(([form, found]) => {
    const decided = closure(found.on, declared).filter((one) => attributes.includes(one));
    const parts = [decided, union(found.on, minus(attributes, decided))];
    return {
      form,
      dependency: `${found.on.join(', ')} → ${found.sets.join(', ')}`,
      because:
        form === '2NF'
          ? `${found.on.join(', ')} is only a part of the key ${keys.find((key) => within(found.on, key))!.join(', ')}`
          : form === '3NF'
            ? `${found.on.join(', ')} is no key, and decides what is in none`
            : `${found.on.join(', ')} is no key, and decides a part of one`,
      parts,
      preserving: preserves(parts, declared),
      ...(why === undefined ? {} : { why }),
    };
  });
}

function multivalued(
  { on, sets, why }: Functional & { readonly why?: string },
  facts: Attributes,
  factual: readonly Functional[],
  empty: string[],
): readonly Violation[] {
  const own = minus(sets, on);
  const rest = minus(facts, [...on, ...own]);
  const dependency = `${on.join(', ')} ↠ ${own.join(', ')}`;
  if (own.length === 0 || rest.length === 0) {
    empty.push(`${dependency} holds in every table: nothing is beside it.`);
    return [];
  }
  if (within(facts, closure(on, factual))) return [];
  const parts = [union(on, own), union(on, rest)];
  return [
    {
      form: '4NF',
      dependency,
      because: `each ${on.join(', ')} has a set of ${own.join(', ')} and another of ${rest.join(', ')}, which have nothing to do with each other: every pair takes a row`,
      parts,
      preserving: preserves(parts, factual),
      ...(why === undefined ? {} : { why }),
    },
  ];
}

function joined(
  { parts, why }: Relation['joins'][number],
  facts: Attributes,
  keys: readonly Attributes[],
  factual: readonly Functional[],
  empty: string[],
): readonly Violation[] {
  const dependency = `⋈ ${parts.map((part) => `(${part.join(', ')})`).join(' ')}`;
  const missing = minus(facts, parts.flat());
  if (missing.length > 0 || parts.some((part) => within(facts, part))) {
    empty.push(
      missing.length > 0
        ? `${dependency} leaves out ${missing.join(', ')}, so it cannot be the whole.`
        : `${dependency} holds in every table: one part is the whole.`,
    );
    return [];
  }
  if (followsFromKeys(parts, facts, keys)) return [];
  return [
    {
      form: parts.length === 2 ? '4NF' : '5NF',
      dependency,
      because: 'the rows are nothing but the join of these parts, and no key says so',
      parts,
      preserving: preserves(parts, factual),
      ...(why === undefined ? {} : { why }),
    },
  ];
}

/** Fagin: parts that share a key are merged until nothing changes; the dependency follows when the whole is reached. */
function followsFromKeys(
  parts: readonly Attributes[],
  facts: Attributes,
  keys: readonly Attributes[],
): boolean {
  const merged = [...parts];
  for (let i = 0; i < merged.length; i++)
    for (let j = 0; j < merged.length; j++) {
      if (i === j) continue;
      const shared = merged[i]!.filter((one) => merged[j]!.includes(one));
      if (!keys.some((key) => within(key, shared))) continue;
      merged.splice(i, 1, union(merged[i]!, merged[j]!));
      merged.splice(j, 1);
      return followsFromKeys(merged, facts, keys);
    }
  return merged.some((part) => within(facts, part));
}
