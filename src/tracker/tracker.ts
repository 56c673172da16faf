/** Finds the tracker a reference leads to and reads the task there. */
import { trackers } from './all.ts';
import { file } from './file.ts';
import type { LoadedTask, Settings } from './model.ts';

/** Reads the task that a file name or a key stands for; throws `file.*` or `tracker.*`. */
export async function loadTask(reference: string, settings: Settings): Promise<LoadedTask> {
  for (const tracker of trackers)
    if (await tracker.matches(reference, settings)) return tracker.load(reference, settings);
  return file.load(reference, settings);
}
