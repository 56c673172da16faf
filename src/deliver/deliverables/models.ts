/** Models and typed access for the application's own mapper, run with it where the project has it. */
import { dirname } from 'node:path';
import { readModels } from '../../application/application.ts';
import { changedTables } from '../changed-tables.ts';
import { namedQuery } from '../measuring/named-query.ts';
import { askedOperations } from '../models/asked.ts';
import { fileNote, findingsOf, modelsBlock } from '../models/blocks.ts';
import { limitsOf, makeModels } from '../models/make.ts';
import type { Deliverable } from './model.ts';

/** Types, records and access patterns as code. */
export const models: Deliverable = {
  name: 'models',
  doing: 'write models and typed access',
  wanted: (stage) => changedTables(stage).length > 0 || stage.task.requirements.access.length > 0,
  async make(stage) {
    const { config, task, planned, twin } = stage;
    const read = await readModels({
      ...stage,
      url: twin.sizes.at(-1)!.database.ownerUrl,
      catalog: planned.after,
      tables: changedTables(stage),
      operations: askedOperations(task, planned),
    });
    const asked = task.requirements.access.filter(({ sql }) => sql !== undefined);
    const made = await makeModels({
      ...stage,
      database: twin.sizes[0]!.database,
      catalog: planned.after,
      models: read,
      queries: new Map(asked.map((access) => [access.id, namedQuery(access)])),
      named: config.models,
      from: config.file === undefined ? stage.cwd : dirname(config.file),
    });
    return {
      files: made.flatMap(({ mapper, written }) =>
        written.files.map(({ path, text }) => ({
          path: `models/${mapper.name}/${path}`,
          what: fileNote(mapper, path),
          text,
        })),
      ),
      blocks: [modelsBlock(read, made)],
      findings: made.flatMap(({ mapper, result }) => findingsOf(result, mapper.title)),
      limits: limitsOf(read, made),
    };
  },
};
