/** The story of `dbd baseline`. */
import { plural } from '../../base/text.ts';
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { baseline } from '../../runner/baseline.ts';
import { call, called, type StoryOptions } from './story.ts';

/** Marks changes as done without running them; throws as {@link baseline} does. */
export async function baselineStory(options: StoryOptions & { readonly at: string }): Promise<Report> {
  const started = performance.now();
  const { server, marked } = await baseline(options);
  return report({
    command: 'baseline',
    title: `Baseline of ${called(options.target)}`,
    headline:
      marked.length === 0
        ? `Everything up to ${options.at} is noted as done on ${called(options.target)} already.`
        : `${plural(marked.length, 'change')} up to ${options.at} noted as done on ${called(options.target)}; nothing was run.`,
    started,
    verdict: 'proven',
    server,
    limits: ['Whether the database really holds what these changes make was not looked at.'],
    next: [{ command: call(options, 'status'), why: 'what has run here, and what waits' }],
    output: { marked },
  });
}
