import type { Engine } from '../engine/model.ts';
import { openPlace } from './place.ts';
import { destroy, makeRunFolder } from './run-folder.ts';

/** A folder beside the sandboxes, for files that outlive a server but not the command; what a killed command leaves is swept like a sandbox. */
export function makeScratchFolder(engine: Engine): { readonly path: string; remove(): Promise<void> } {
  const run = makeRunFolder(openPlace(engine.launch.accounts), engine.launch.socketName(0));
  return { path: run.path, remove: () => destroy(run.path) };
}
