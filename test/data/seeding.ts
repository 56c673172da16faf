/** Makes seeds for a text of SQL and proves them. */
import { columnNamed, privateColumns } from '../../src/data/private.ts';
import { openDictionary } from '../../src/data/dictionary.ts';
import { makeSeeds } from '../../src/data/make.ts';
import type { Forbidden, Seeds } from '../../src/data/model.ts';
import { proveSeeds, type Proof } from '../../src/data/prove.ts';
import { seedSizes } from '../../src/data/sizes.ts';
import { developmentSql, referenceSql } from '../../src/data/write.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { FillHint } from '../../src/twin/model.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

export interface Seeded {
  readonly seeds: Seeds;
  readonly catalog: Catalog;
  readonly structure: SandboxDatabase;
  readonly reference: string | undefined;
  readonly development: string | undefined;
  readonly forbidden: readonly Forbidden[];
  prove(changed?: Partial<Parameters<typeof proveSeeds>[0]>): Promise<Proof>;
}

export interface Seeding {
  readonly rows?: number;
  readonly seed?: number;
  readonly hints?: readonly FillHint[];
  readonly forbidden?: Readonly<Record<string, readonly string[]>>;
  readonly extensions?: readonly string[];
}

export async function seeded(sql: string, asked: Seeding = {}): Promise<Seeded> {
  const { rows = 60, seed = 1, hints = [], extensions = [] } = asked;
  await postgres.grammar.ready();
  const sandbox = await testSandbox();
  const structure = await testDatabase({ sql, extensions });
  const session = await postgres.connect(structure.ownerUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  const volumes = planVolumes({
    catalog,
    volumes: [],
    tableOf: () => undefined,
    lifecycle: [],
    rows: 1_000_000,
  });
  const forbidden = Object.entries(asked.forbidden ?? {}).map(([of, values]): Forbidden => {
    const [table = '', column = ''] = of.split('.');
    const found = columnNamed(catalog, { schema: 'public', name: table }, column);
    return { table: { schema: 'public', name: table }, column: found!.name, values };
  });
  const seeds = await makeSeeds({
    engine: postgres,
    sandbox,
    structure,
    catalog,
    dictionary: await openDictionary('en', seed),
    sizes: seedSizes(volumes, rows),
    hints,
    privates: privateColumns(catalog, []),
    forbidden,
    apart: [],
    seed,
    until: new Date('2026-06-01T00:00:00Z'),
    windowDays: 365,
    signal: new AbortController().signal,
  });
  const reference = referenceSql(postgres, seeds, '');
  const development = developmentSql(postgres, catalog, seeds, { title: '', afterwards: [], append: false });
  return {
    seeds,
    catalog,
    structure,
    reference,
    development,
    forbidden,
    prove: (changed = {}) =>
      proveSeeds({
        engine: postgres,
        sandbox,
        structure,
        catalog,
        ...(reference === undefined ? {} : { reference }),
        ...(development === undefined ? {} : { development }),
        referenceTables: seeds.reference.map(({ table }) => table),
        forbidden,
        ...changed,
      }),
  };
}
