/** Columns that queries ask about together, and whose joint statistics nobody has gathered. */
import { uniqueKeys } from '../../catalog/find.ts';
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { AccessKey, Engine, TableAccess } from '../../engine/model.ts';
import type { StatisticsCandidate } from '../advice/model.ts';
import { figuresOf, type TableFigures } from './figures.ts';
import type { CandidateOptions, StatisticsCandidates } from './model.ts';
import { askedOf, weightOf } from './uses.ts';

/** Fewer rows than this are guessed well enough, or do not matter. */
const leastRows = 1000;
/** The server takes eight; the more there are, the less each combination says. */
const mostColumns = 4;
/** A column with as many values as this share of the rows leaves nothing for the others to say. */
const nearlyUnique = 0.9;

interface Meeting {
  readonly table: Name;
  readonly columns: readonly string[];
  readonly because: string;
  readonly serves: Set<string>;
}

/** Columns of one table that meet in one conjunction (dependencies, common combinations) or in one GROUP BY or DISTINCT (distinct combinations). `engine.grammar` must be ready. */
export function statisticsCandidates(
  options: Pick<CandidateOptions, 'engine' | 'snapshot' | 'work' | 'most'>,
): StatisticsCandidates {
  const { engine, snapshot, work, most = 100 } = options;
  const told: string[] = [];
  const figures = figuresOf(snapshot);
  const there = statisticsThere(snapshot.catalog, engine);
  const meetings = new Map<string, Meeting>();
  for (const { access, query } of askedOf(options, told))
    for (const { columns, because } of meetingsOf(access)) {
      const { table } = access;
      const worth = columns.filter((name) => matters(figures(table), name));
      if (worth.length < 2 || (figures(table).rows ?? 0) < leastRows) continue;
      const names = worth.slice(0, mostColumns).toSorted();
      if (settledByKey(snapshot.catalog, table, names) || there(table, names)) continue;
      const key = JSON.stringify([keyOf(table), names]);
      const known = meetings.get(key) ?? { table, columns: names, because, serves: new Set<string>() };
      known.serves.add(query.name);
      meetings.set(key, known);
    }
  const weights = new Map(work.map((query) => [query.name, weightOf(query)]));
  const weight = ({ serves }: Meeting): number =>
    [...serves].reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
  const sorted = [...meetings]
    .toSorted(([one, a], [other, b]) => weight(b) - weight(a) || (one < other ? -1 : 1))
    .map(([, { serves, ...rest }]): StatisticsCandidate => ({ ...rest, serves: [...serves] }));
  if (sorted.length > most)
    told.push(
      `${sorted.length - most} of ${sorted.length} candidates for statistics were cut: the ones that serve least.`,
    );
  return { candidates: sorted.slice(0, most), told };
}

function meetingsOf({ conditions, branches, group, distinct }: TableAccess): readonly {
  readonly columns: readonly string[];
  readonly because: string;
}[] {
  const plain = (keys: readonly AccessKey[]): readonly string[] => [
    ...new Set(keys.flatMap(({ key, expression }) => (expression ? [] : [key]))),
  ];
  const narrowing = (list: TableAccess['conditions']): TableAccess['conditions'] =>
    list.filter(
      ({ kind, against }) =>
        ['equal', 'in', 'range', 'null', 'not-null'].includes(kind) && against.kind !== 'column',
    );
  const all = narrowing(conditions);
  const met = (list: TableAccess['conditions']): string =>
    list.every(({ kind }) => kind === 'equal' || kind === 'in')
      ? 'they meet in one condition by equality: dependencies and common combinations'
      : 'they meet in one condition: common combinations';
  return [
    { columns: plain(all), because: met(all) },
    ...branches.flatMap((each) =>
      each.map((branch) => ({
        columns: plain(narrowing([...conditions, ...branch])),
        because: met(narrowing([...conditions, ...branch])),
      })),
    ),
    { columns: plain(group), because: 'rows are grouped by them: distinct combinations' },
    { columns: plain(distinct), because: 'different values of them are wanted: distinct combinations' },
  ].filter(({ columns }) => columns.length > 1);
}

/** It has several values, and fewer than there are rows. */
function matters(figures: TableFigures, name: string): boolean {
  const distinct = figures.distinct(name);
  return distinct !== undefined && distinct > 1 && distinct < nearlyUnique * (figures.rows ?? Infinity);
}

/** The columns hold a key: there is one row at most, and the planner knows. */
function settledByKey(catalog: Catalog, table: Name, columns: readonly string[]): boolean {
  const found = catalog.tables.find((one) => sameName(one, table));
  return (
    found !== undefined && uniqueKeys(found).some((key) => key.every((column) => columns.includes(column)))
  );
}

/** Statistics of the catalog by the columns they are over. */
function statisticsThere(
  { others = [] }: Catalog,
  engine: Engine,
): (table: Name, columns: readonly string[]) => boolean {
  const known = others
    .filter(({ kind }) => kind === 'statistics')
    .map(({ definition }) => namesIn(definition.slice(definition.indexOf(' ON ') + 4), engine));
  return ({ schema, name }, columns) =>
    known.some(({ before, after }) => {
      const [first, second] = after;
      const same = second === undefined ? first === name : first === schema && second === name;
      return same && columns.every((column) => before.includes(column));
    });
}

/** Names before and after FROM, without quotes. */
function namesIn(
  text: string,
  engine: Engine,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const before: string[] = [];
  const after: string[] = [];
  let from = false;
  for (const { kind, text: word } of engine.grammar.scan(text)) {
    if (kind === 'word' && word.toUpperCase() === 'FROM') from = true;
    else if (kind === 'word' || kind === 'quoted')
      (from ? after : before).push(kind === 'quoted' ? word.slice(1, -1).replaceAll('""', '"') : word);
  }
  return { before, after };
}
