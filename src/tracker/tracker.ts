/** Finds the tracker a reference leads to and reads the task there. */
import { file } from './file.ts';
import { github } from './github/github.ts';
import { jira } from './jira/jira.ts';
import type { LoadedTask, Settings, Tracker } from './model.ts';

/** All trackers, in the order in which they are asked; a file that exists wins over a key of the same name. */
export const trackers: readonly Tracker[] = [file, jira, github];

/** Reads the task that a file name or a key stands for; throws `file.*` or `tracker.*`. */
export async function loadTask(reference: string, settings: Settings): Promise<LoadedTask> {
  for (const tracker of trackers)
    if (await tracker.matches(reference, settings)) return tracker.load(reference, settings);
  return file.load(reference, settings);
}
