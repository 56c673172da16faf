/** Models and typed access for the application's own mapper, run with it where the project has it. */
import { dirname } from 'node:path';
import { readModels } from '../../application/application.ts';
import { chooseMappers } from '../../application/choose.ts';
import { runtimePackages } from '../../config/detect.ts';
import { changedTables } from '../changed-tables.ts';
import { namedQuery } from '../measure.ts';
import { askedOperations } from '../models/asked.ts';
import { findingsOf, modelsBlock, type Made } from '../models/blocks.ts';
import { callsOf } from '../models/calls.ts';
import { runModels } from '../models/run-models.ts';
import type { Deliverable } from './model.ts';

/** Types, records and access patterns as code. */
export const models: Deliverable = {
  name: 'models',
  doing: 'write models and typed access',
  wanted: (stage) => changedTables(stage).length > 0 || stage.task.requirements.access.length > 0,
  async make(stage) {
    const { engine, config, task, planned, twin, sandbox, seed, signal } = stage;
    const { database } = twin.sizes.at(-1)!;
    const small = twin.sizes[0]!.database;
    const asked = askedOperations(task, planned);
    const read = await readModels({
      engine,
      url: database.ownerUrl,
      catalog: planned.after,
      tables: changedTables(stage),
      operations: asked,
    });
    const from = config.file === undefined ? stage.cwd : dirname(config.file);
    const project = await runtimePackages(from);
    const queries = new Map(
      task.requirements.access
        .filter(({ sql }) => sql !== undefined)
        .map((access) => [access.id, namedQuery(access)]),
    );
    const mappers = chooseMappers(config.models, project?.packages ?? []);
    const calls =
      project === undefined
        ? []
        : await callsOf({ engine, url: small.ownerUrl, catalog: planned.after, models: read, seed }, queries);
    const made: Made[] = [];
    for (const mapper of mappers) {
      signal.throwIfAborted();
      const written = mapper.write(read);
      const result =
        project === undefined
          ? ({ kind: 'not-run', because: 'no package.json was found' } as const)
          : await runModels({
              engine,
              sandbox,
              database: small,
              mapper,
              models: read,
              written,
              project: project.folder,
              calls,
              signal,
            });
      made.push({ mapper, written, result });
    }
    return {
      files: made.flatMap(({ mapper, written }) =>
        written.files.map(({ path, text }) => ({ path: `models/${mapper.name}/${path}`, text })),
      ),
      blocks: [modelsBlock(read, made)],
      findings: made.flatMap(({ mapper, result }) => findingsOf(result, mapper.title)),
      limits: [
        ...made.flatMap(({ written }) => written.leftOut),
        ...read.refused.map(({ claim, why }) => `There is no function for ${claim}: ${why}.`),
      ],
    };
  },
};
