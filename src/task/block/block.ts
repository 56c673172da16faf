/** The block of a task, from its YAML text to requirements. */
import type { Fence } from '../markdown.ts';
import type { Task } from '../model.ts';
import { readClaims } from './claims.ts';
import { block } from './vocabulary.ts';
import { parseBlock } from './yaml.ts';

/** Reads a block of the file `name`; throws `task.yaml`, `task.unknown-key`, `task.wrong-value`, `task.unknown-reference` and `task.circular`. */
export function readBlock(fence: Fence, name: string): Pick<Task, 'requirements' | 'open'> {
  const root = parseBlock(fence, name);
  return { requirements: readClaims(block.read(root), root), open: root.source.open };
}
