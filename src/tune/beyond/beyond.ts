/** What helps where no index and no setting does, each with the figures that call for it. */
import { cacheAdvice } from './cached.ts';
import { largeTables } from './large.ts';
import { materializedAdvice } from './materialized.ts';
import type { Beyond, BeyondOptions } from './model.ts';
import { replicaAdvice } from './replicas.ts';
import { shardAdvice } from './shard.ts';

/** Everything that figures call for, nearest first; empty where nothing does. */
export async function adviseBeyond(options: BeyondOptions): Promise<readonly Beyond[]> {
  await options.engine.grammar.ready();
  return [
    ...(await materializedAdvice(options)),
    ...(await cacheAdvice(options)),
    ...largeTables(options),
    ...replicaAdvice(options),
    ...shardAdvice(options),
  ];
}
