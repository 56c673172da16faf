/** The story of models without a task: the structure that exists, as code for a mapper. */
import { dirname } from 'node:path';
import { readModels } from '../../application/application.ts';
import { chooseMappers } from '../../application/choose.ts';
import { checkExtras, extraFiles } from '../../application/extras/all.ts';
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { nearest, plural } from '../../base/text.ts';
import { findTable } from '../../catalog/find.ts';
import { nameOf } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { fillAssumed } from '../twin/assumed-twin.ts';
import { currentWorkload } from '../current/current-workload.ts';
import { fromHere, prepareFolder, writeFolder } from '../files.ts';
import { fileNote, findingsOf, modelsBlock } from './blocks.ts';
import { limitsOf, makeModels } from './make.ts';
import { structureNamed, withCurrent } from '../current/with-current.ts';

export interface WriteModels {
  readonly engine: Engine;
  readonly config: Config;
  /** Tables to model, with what they reference; all when empty. */
  readonly tables: readonly string[];
  /** Extras beside the mappers' folders. */
  readonly also: readonly string[];
  readonly out: string;
  readonly seed: number;
  readonly cwd: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Rows that the code is tried on. */
const triedRows = 2_000;

/** Writes models of the current structure, with the workload's queries as functions. */
export async function writeModels(options: WriteModels): Promise<Report> {
  const started = performance.now();
  const { engine, config, also, out, emit } = options;
  chooseMappers(config.models, []);
  checkExtras(also);
  structureNamed(config, 'models');
  await prepareFolder(out);
  const workload = await currentWorkload(config.workload);
  const queries = workload?.queries ?? [];
  return withCurrent(options, async ({ database, catalog, source, limits }, sandbox) => {
    const models = await step(emit, 'read the tables', () =>
      readModels({
        engine,
        url: database.ownerUrl,
        catalog,
        ...(options.tables.length === 0
          ? {}
          : { tables: options.tables.map((name) => tableNamed(catalog, name)) }),
        operations: queries.map(({ name, sql }) => ({
          claim: name,
          says: name,
          statements: [sql],
          transaction: false,
        })),
      }),
    );
    await step(emit, 'fill a twin', () =>
      fillAssumed({ ...options, sandbox, database, catalog, rows: triedRows, emit: () => undefined }),
    );
    const made = await step(emit, 'write models and typed access', () =>
      makeModels({
        ...options,
        sandbox,
        database,
        catalog,
        models,
        queries: new Map(queries.map((query) => [query.name, query])),
        named: config.models,
        from: config.file === undefined ? options.cwd : dirname(config.file),
      }),
    );
    const files = [
      ...made.flatMap(({ mapper, written }) =>
        written.files.map(({ path, text }) => ({
          path: `${mapper.name}/${path}`,
          what: fileNote(mapper, path),
          text,
        })),
      ),
      ...extraFiles(also, models, 'Data service').map((file) => ({ ...file, what: 'written on request' })),
    ];
    await writeFolder(out, files);
    const findings = made.flatMap(({ mapper, result }) => findingsOf(result, mapper.title));
    const run = made.every(({ result }) => result.kind === 'run');
    return report({
      command: 'models',
      title: 'Models and typed access',
      headline: `${plural(models.entities.length, 'model')} and ${plural(models.operations.length, 'query', 'queries')} for ${made.map(({ mapper }) => mapper.title).join(', ')}${run ? '' : '; not everything was run'}.`,
      started,
      server: `${sandbox.server}, ${sandbox.provider}`,
      ...(run ? {} : findings.length > 0 ? {} : { verdict: 'conditions' as const }),
      findings,
      blocks: [
        modelsBlock(models, made),
        {
          id: 'files',
          title: 'In the folder',
          kind: 'files',
          files: files.map(({ path, what }) => ({ path, what })),
        },
      ],
      limits: [
        `Current structure: ${fromHere(source, options.cwd)}.`,
        ...limits.map((limit) => fromHere(limit, options.cwd)),
        ...limitsOf(models, made),
      ],
      output: { folder: out, files: files.map(({ path }) => path) },
    });
  });
}

function tableNamed(catalog: Catalog, name: string): Name {
  const found = findTable(catalog, name);
  if (found) return nameOf(found);
  const near = nearest(
    name,
    catalog.tables.map((table) => table.name),
  );
  return fail(
    'usage.wrong-option',
    `There is no table ${name}.`,
    near === undefined ? {} : { hint: `Did you mean ${near}?` },
  );
}
