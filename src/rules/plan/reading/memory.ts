/** work_mem for one step. */
import type { PlanFix } from '../model.ts';

/** The least power of two of megabytes that holds so many bytes, 8 MB at least. */
export function memoryFor(bytes: number): PlanFix & { readonly kind: 'setting' } {
  const megabytes = Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(1, bytes / 1024 / 1024))));
  return { kind: 'setting', name: 'work_mem', value: `${megabytes}MB`, scope: 'statement' };
}
