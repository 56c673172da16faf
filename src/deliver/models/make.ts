/** Models written for each chosen mapper, and tried with it where the project has it. */
import { chooseMappers } from '../../application/choose.ts';
import type { Models } from '../../application/model.ts';
import type { Catalog } from '../../catalog/model.ts';
import { runtimePackages } from '../../config/detect.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { NamedQuery } from '../../workload/model.ts';
import type { Made } from './blocks.ts';
import { callsOf } from './calls.ts';
import { runModels } from './run-models.ts';

export interface MakeModels {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Holds rows; a copy of it is what the code connects to. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly models: Models;
  /** Access patterns that can be called with values of the rows, by claim. */
  readonly queries: ReadonlyMap<string, NamedQuery>;
  /** Names of mappers; those of the project when undefined. */
  readonly named: readonly string[] | undefined;
  /** Folder at or below the project's. */
  readonly from: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Writes and tries; throws `usage.wrong-option` for a mapper that is unknown. */
export async function makeModels(options: MakeModels): Promise<readonly Made[]> {
  const { engine, database, catalog, models, queries, named, from, seed, signal } = options;
  const project = await runtimePackages(from);
  const mappers = chooseMappers(named, project?.packages ?? []);
  const url = database.ownerUrl;
  const calls = project ? await callsOf({ engine, url, catalog, models, seed }, queries) : [];
  const made: Made[] = [];
  for (const mapper of mappers) {
    signal.throwIfAborted();
    const written = mapper.write(models);
    const result = project
      ? await runModels({ ...options, mapper, written, project: project.folder, calls })
      : ({ kind: 'not-run', because: 'no package.json was found' } as const);
    made.push({ mapper, written, result });
  }
  return made;
}

/** What code written for these cannot say or do, one sentence each. */
export function limitsOf(models: Models, made: readonly Made[]): readonly string[] {
  return [
    ...made.flatMap(({ written }) => written.leftOut),
    ...models.refused.map(({ claim, why }) => `There is no function for ${claim}: ${why}.`),
  ];
}
