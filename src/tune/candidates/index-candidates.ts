/** Indexes that a workload could use. */
import { printName } from '../../catalog/identity.ts';
import type { IndexForm } from '../../engine/model.ts';
import { draftsOf } from './drafts.ts';
import { figuresOf, type TableFigures } from './figures.ts';
import type { CandidateOptions, IndexCandidates } from './model.ts';
import { indexedOf, isThere } from './there.ts';
import { candidateOf, combine, think, type Thought } from './thoughts.ts';
import { askedOf, keysByEquality, weightOf } from './uses.ts';

/** Tables below both are read whole faster than any index is descended. */
const smallBytes = 64 * 1024;
const smallRows = 1000;
/** Bytes of a tree's key that leave room for a few entries on a page. */
const widestKey = 1500;

/** Indexes worth pricing for a workload, those that exist already and those on small tables left out. `engine.grammar` must be ready. */
export function indexCandidates(options: CandidateOptions): IndexCandidates {
  const { engine, snapshot, work, perTable = 60, most = 600 } = options;
  const figures = figuresOf(snapshot);
  const indexed = indexedOf(snapshot.catalog);
  const told: string[] = [];
  const small = new Set<string>();
  const asked = askedOf(options, told).filter(({ access: { table } }) => {
    const { rows = 0, bytes } = figures(table);
    const tiny = bytes !== undefined && bytes < smallBytes && rows < smallRows;
    if (tiny) small.add(printName(table));
    return !tiny;
  });
  if (small.size > 0)
    told.push(
      `No index is thought of on ${small.size === 1 ? 'a small table' : `${small.size} small tables`}: ${listed([...small].toSorted())}.`,
    );
  const equality = keysByEquality(asked);
  const thoughts = new Map<string, Thought>();
  for (const one of asked) {
    const { table } = one.access;
    for (const draft of draftsOf(one, figures(table), indexed(table), equality))
      think(thoughts, draft, one.query.name, engine);
  }
  const weights = new Map(work.map((query) => [query.name, weightOf(query)]));
  const weight = ({ serves }: Thought): number =>
    [...serves].reduce((sum, [name, rank]) => sum + (weights.get(name) ?? 0) / rank, 0);
  const there = new Set<string>();
  const leaveOut = (wanted: (thought: Thought) => boolean): readonly Thought[] => {
    const out = [...thoughts.values()].filter(wanted);
    for (const { id } of out) thoughts.delete(id);
    return out;
  };
  const exists = (thought: Thought): boolean =>
    there.has(thought.id) || isThere(thought, indexed(thought.form.table), snapshot.catalog, engine);
  for (const { id } of leaveOut(exists)) there.add(id);
  combine(thoughts, weight, engine);
  for (const { id } of leaveOut(exists)) there.add(id);
  const wide = leaveOut(({ form }) => tooWide(form, figures(form.table)));
  if (wide.length > 0)
    told.push(
      `${counted(wide.length)} with keys too long for a tree, the first on ${printName(wide[0]!.form.table)}.`,
    );
  if (there.size > 0) told.push(`${counted(there.size)} that an index does already.`);
  const kept = cut([...thoughts.values()], weight, perTable, most, told);
  return { candidates: kept.map((thought) => candidateOf(thought, engine)), told };
}

function counted(count: number): string {
  return count === 1 ? 'Left out is 1 candidate' : `Left out are ${count} candidates`;
}

function tooWide({ method, keys, includes }: IndexForm, figures: TableFigures): boolean {
  const width = (name: string): number => figures.column(name)?.averageWidth ?? 0;
  return (
    method === 'btree' &&
    [...keys.map(({ key }) => key), ...includes].reduce((sum, name) => sum + width(name), 0) > widestKey
  );
}

/** The heaviest so many of each table and of all, what each query asks for first before the rest; what is cut is told. */
function cut(
  thoughts: readonly Thought[],
  weight: (thought: Thought) => number,
  perTable: number,
  most: number,
  told: string[],
): readonly Thought[] {
  const weights = new Map(thoughts.map((thought) => [thought, weight(thought)]));
  const first = firstOfEach(thoughts, weights);
  const sorted = thoughts.toSorted(
    (a, b) =>
      Number(first.has(b)) - Number(first.has(a)) ||
      weights.get(b)! - weights.get(a)! ||
      (a.id < b.id ? -1 : 1),
  );
  const counts = new Map<string, number>();
  const ofTables = sorted.filter(({ form: { table } }) => {
    const key = printName(table);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)! <= perTable;
  });
  for (const [table, count] of counts)
    if (count > perTable)
      told.push(
        `${count - perTable} of ${count} candidates on ${table} were cut: the ones that serve least.`,
      );
  if (ofTables.length > most)
    told.push(
      `${ofTables.length - most} of ${ofTables.length} candidates were cut: the ones that serve least.`,
    );
  return ofTables.slice(0, most);
}

/** What a query asks for first, that many per table. */
const perQuery = 4;

function firstOfEach(
  thoughts: readonly Thought[],
  weights: ReadonlyMap<Thought, number>,
): ReadonlySet<Thought> {
  const asked = new Map<string, Thought[]>();
  for (const thought of thoughts)
    for (const query of thought.serves.keys()) {
      const key = `${printName(thought.form.table)} ${query}`;
      const list = asked.get(key) ?? [];
      list.push(thought);
      asked.set(key, list);
    }
  return new Set(
    [...asked].flatMap(([key, list]) => {
      const query = key.slice(printName(list[0]!.form.table).length + 1);
      const rank = (thought: Thought): number => thought.serves.get(query)!;
      return list
        .toSorted((a, b) => rank(a) - rank(b) || weights.get(b)! - weights.get(a)! || (a.id < b.id ? -1 : 1))
        .slice(0, perQuery);
    }),
  );
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}
