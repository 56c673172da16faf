/** Tries what patterns promise beyond columns and constraints, each on a copy of its own. */
import { SqlError } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { Design, DesignedFeature } from '../../../design/model.ts';
import type { Engine } from '../../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../../sandbox/model.ts';
import type { Task } from '../../../task/model.ts';
import { beginningsOf } from '../beginnings.ts';
import type { FieldTest } from '../entity-tests.ts';
import { tryOutbox } from './outbox.ts';
import { tryStates } from './states.ts';
import { tryTemporal } from './temporal.ts';
import { connect, open, type FeatureTrial } from './trial.ts';
import { tryTree } from './tree.ts';
import { tryVersion } from './version.ts';

export interface FeatureOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Copies are made of it; nobody is connected. */
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  readonly design: Design;
  readonly task: Task;
  readonly seed: number;
}

/** Adds what was found about features to what was found about the fields of their entities. */
export async function tryFeatures(
  options: FeatureOptions,
  fields: Map<string, readonly FieldTest[]>,
): Promise<void> {
  const entities = new Set(options.task.requirements.entities.map(({ id }) => id));
  for (const feature of options.design.features.filter(({ entity }) => entities.has(entity)))
    fields.set(feature.entity, [
      ...(fields.get(feature.entity) ?? []),
      ...(await tryFeature(options, feature)),
    ]);
}

async function tryFeature(options: FeatureOptions, feature: DesignedFeature): Promise<readonly FieldTest[]> {
  const { sandbox, engine, catalog, design, seed } = options;
  const database = await sandbox.createDatabase({ from: options.database });
  try {
    const session = await connect({ engine, database });
    try {
      return await tryOne({ engine, database, catalog, session, hints: beginningsOf(design), seed }, feature);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return [open(`its ${titles[feature.kind]} could not be tried: ${error.message}`)];
    } finally {
      await session.close();
    }
  } finally {
    await sandbox.dropDatabase(database);
  }
}

const titles: Readonly<Record<DesignedFeature['kind'], string>> = {
  states: 'states',
  version: 'version',
  outbox: 'messages',
  temporal: 'periods',
  tree: 'tree',
};

function tryOne(trial: FeatureTrial, feature: DesignedFeature): Promise<readonly FieldTest[]> {
  switch (feature.kind) {
    case 'states':
      return tryStates(trial, feature);
    case 'version':
      return tryVersion(trial, feature);
    case 'outbox':
      return tryOutbox(trial, feature);
    case 'temporal':
      return tryTemporal(trial, feature);
    case 'tree':
      return tryTree(trial, feature);
  }
}
