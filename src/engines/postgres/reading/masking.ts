import type { Session } from '../../../engine/model.ts';
import type { Closure, Found } from './closure.ts';
import type { TreeNode } from './tree/model.ts';

export async function masking(
  _session: Session,
  _tree: TreeNode,
  _closure: Closure,
  _masked: readonly string[],
): Promise<{ readonly found: readonly Found[]; readonly outputs: readonly boolean[] }> {
  return { found: [], outputs: [] };
}
