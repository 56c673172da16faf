/** Finds who publishes to a task. */
import { fail } from '../base/error.ts';
import type { Publisher, Settings } from './model.ts';
import { trackers } from './tracker.ts';

/** A place that can be told something, and what it is called. */
export interface Target {
  readonly tracker: string;
  readonly publisher: Publisher;
}

/** The publisher of the tracker that a reference leads to; throws `tracker.refused` where nothing can be written, and `tracker.not-configured`. */
export async function publisherFor(reference: string, settings: Settings): Promise<Target> {
  for (const tracker of trackers) {
    if (!(await tracker.matches(reference, settings))) continue;
    const { name, publisher } = tracker;
    return publisher
      ? { tracker: name, publisher }
      : fail('tracker.refused', `Nothing can be published to ${reference}: ${name} only gives tasks.`);
  }
  return fail('tracker.missing', `${reference} is neither a file nor the key of an issue.`, {
    hint: 'Name where to publish with --to: the key of an issue, or the Markdown file of the task.',
  });
}
