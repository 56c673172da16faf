/** The story of `dbd rollback`. */
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { rollback } from '../../runner/rollback.ts';
import { costs } from './migrate.ts';
import { amount, call, called, ranBlock, type StoryOptions } from './story.ts';

/** Takes changes back; throws as {@link rollback} does. */
export async function rollbackStory(
  options: StoryOptions & { readonly to?: string; readonly count: number },
): Promise<Report> {
  const started = performance.now();
  const done = await rollback(options);
  return report({
    command: 'rollback',
    title: `Way back on ${called(options.target)}`,
    headline:
      done.ran.length === 0
        ? `Nothing has run on ${called(options.target)} that could be taken back.`
        : `${done.ran.map(({ change }) => change).join(', ')} taken back on ${called(options.target)}: ${amount(done.ran)}.`,
    started,
    verdict: 'proven',
    server: done.server,
    blocks: [...ranBlock(done.ran), costs(done)],
    limits: done.said,
    next: [{ command: call(options, 'status'), why: 'what has run here, and what waits' }],
    output: { ran: done.ran, stalledMs: Math.round(done.stalledMs) },
  });
}
