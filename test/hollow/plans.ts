/** Plans of all queries on a source and on its hollow twin, side by side. */
import type { NotExact, PlanFacts, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { makeHollow, type HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { productionQueries, type Production, type ProductionQuery } from '../support/production.ts';

/** Share by which a cost may differ and count as the same. */
const tolerance = 0.001;

export type Role = 'owner' | 'shop_app' | 'shop_support';

/** A query whose plans are not the same, with every relation and index that either plan touches. */
export interface Miss {
  readonly name: string;
  readonly costRatio: number;
  readonly differences: readonly string[];
  readonly touched: ReadonlySet<string>;
}

export interface Compared {
  readonly queries: number;
  readonly misses: readonly Miss[];
}

/** A snapshot of a production, read over this address. */
export async function snapshotOf(url: string, options: { readonly ends?: boolean } = {}): Promise<Snapshot> {
  const session = await postgres.connect(url);
  try {
    return await postgres.capture.read(session, {
      probes: options.ends ? ['ends'] : [],
      statementMs: 60_000,
      statements: 10,
      emit: () => undefined,
      signal: new AbortController().signal,
    });
  } finally {
    await session.close();
  }
}

/** A twin of a snapshot; whoever asks stops its sandbox. */
export function hollowOf(snapshot: Snapshot): Promise<HollowTwin> {
  return makeHollow({
    engine: postgres,
    snapshot,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

/** Lets a superuser's snapshot read first pages of indexes. */
export async function allowPages({ database }: Production): Promise<void> {
  const session = await postgres.connect(database.adminUrl);
  await session.run('CREATE EXTENSION IF NOT EXISTS pageinspect').finally(() => session.close());
}

/** Explains queries on both sides as a role, under its settings and row security; queries that the role may not run must fail alike. */
export async function comparePlans(
  source: Production,
  twin: HollowTwin,
  snapshot: Snapshot,
  role: Role,
  wanted: (query: ProductionQuery) => boolean = () => true,
): Promise<Compared> {
  const there = await postgres.connect(role === 'owner' ? source.database.ownerUrl : source.url(role));
  const here = await postgres.connect(twin.url);
  try {
    if (role !== 'owner') await postgres.hollow.become(here, snapshot, role);
    for (const session of [there, here]) await session.run("SET app.tenant = '3'");
    const queries = productionQueries(there.serverVersion).filter(wanted);
    const misses: Miss[] = [];
    for (const query of queries) {
      const [one, other] = [await explain(there, query.sql), await explain(here, query.sql)];
      if (typeof one === 'string' || typeof other === 'string') {
        if (one !== other)
          misses.push({
            name: query.name,
            costRatio: Number.NaN,
            differences: [one, other].map((side) => (typeof side === 'string' ? side : 'a plan')),
            touched: new Set(),
          });
        continue;
      }
      const { identical, costRatio, differences } = postgres.stats.comparePlans(one, other);
      if (!identical || Math.abs(costRatio - 1) > tolerance)
        misses.push({
          name: query.name,
          costRatio,
          differences,
          touched: new Set([...touchedBy(one), ...touchedBy(other)]),
        });
    }
    return { queries: queries.length, misses };
  } finally {
    await there.close();
    await here.close();
  }
}

/** Misses without a table, column, index or statistics object in `notExact` that either plan depends on. */
export function unexplained(
  { misses }: Compared,
  notExact: readonly NotExact[],
  snapshot: Snapshot,
): readonly string[] {
  const tables = new Map(
    snapshot.relations.map(({ schema, name, table }) => [`${schema}.${name}`, (table ?? { name }).name]),
  );
  const told = new Set(
    notExact.flatMap(({ what }) => {
      const [kind = '', name = ''] = /^(\w+) (.*)$/s.exec(what)?.slice(1) ?? [];
      if (kind === 'statistics') {
        const other = snapshot.catalog.others?.find((one) => one.kind === 'statistics' && one.name === name);
        return tableNamed(other?.definition ?? '');
      }
      const relation = kind === 'column' ? name.slice(0, name.lastIndexOf('.')) : name;
      return [tables.get(relation) ?? relation];
    }),
  );
  return misses
    .filter(({ touched }) => ![...touched].some((name) => told.has(name)))
    .map(({ name, differences }) => `${name}: ${differences.join('; ')}`);
}

/** The last name behind FROM. */
function tableNamed(definition: string): readonly string[] {
  const name = /FROM (.*)$/s.exec(definition)?.[1]?.trim() ?? '';
  const last = /(?:"((?:[^"]|"")+)"|([^".]+))$/.exec(name);
  return last ? [last[1]?.replaceAll('""', '"') ?? last[2]!] : [];
}

async function explain(session: Session, sql: string): Promise<PlanFacts | string> {
  try {
    return await postgres.stats.explain(session, sql, [], false);
  } catch (error) {
    return (error as Error).message;
  }
}

interface Node {
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

function touchedBy({ tree }: PlanFacts): readonly string[] {
  const walk = (node: Node): readonly string[] => [
    ...[node['Relation Name'], node['Index Name']].filter((name) => name !== undefined),
    ...(node.Plans ?? []).flatMap(walk),
  ];
  return walk((tree as { readonly Plan: Node }).Plan);
}
