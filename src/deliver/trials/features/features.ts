/** Tries what patterns promise beyond columns and constraints, each on a copy of its own. */
import { SqlError } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { DesignedFeature } from '../../../design/model.ts';
import type { Engine } from '../../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../../sandbox/model.ts';
import type { FillHint } from '../../../twin/model.ts';
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
  readonly hints: readonly FillHint[];
  readonly seed: number;
}

/** What was found about a feature: kept, broken or not shown. */
export async function tryFeature(
  options: FeatureOptions,
  feature: DesignedFeature,
): Promise<readonly FieldTest[]> {
  const { sandbox, engine, catalog, hints, seed } = options;
  const database = await sandbox.createDatabase({ from: options.database });
  try {
    const session = await connect({ engine, database });
    try {
      return await tryOne({ engine, database, catalog, session, hints, seed }, feature);
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
