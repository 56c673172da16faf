/** Tenants with a schema or a database of their own. */
import type { DesignedTenancy } from '../../design/model.ts';
import type { Tenancy } from '../../task/model.ts';
import type { Stage } from '../deliverables/model.ts';
import type { OutputFile } from '../files.ts';
import type { TenantCheck } from './tenant-scene.ts';

/** Placeholder. */
export async function trySeparate(
  _stage: Stage,
  _asked: Tenancy,
  _designed: DesignedTenancy,
): Promise<readonly TenantCheck[]> {
  return [];
}

/** Placeholder. */
export function separateFiles(_stage: Stage, _designed: DesignedTenancy): readonly OutputFile[] {
  return [];
}
