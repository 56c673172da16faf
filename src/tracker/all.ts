import { file } from './file.ts';
import { jira } from './jira/jira.ts';
import type { Tracker } from './model.ts';

/** All trackers, in the order in which they are asked; a file that exists wins over a key of the same name. */
export const trackers: readonly Tracker[] = [file, jira];
