/** The story of `dbd migrate`. */
import { formatMs } from '../../base/units.ts';
import { fact, report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { migrate, type Migrated } from '../../runner/migrate.ts';
import type { MigrateOptions } from '../../runner/options.ts';
import { amount, call, called, ranBlock, waiting, type StoryOptions } from './story.ts';

/** Carries the open changes out; throws as {@link migrate} does. */
export async function migrateStory(
  options: StoryOptions & Pick<MigrateOptions, 'phase' | 'to' | 'late' | 'forceContract' | 'confirmed'>,
): Promise<Report> {
  const started = performance.now();
  const done = await migrate(options);
  const waits = done.ran.filter((one) => one.waits !== undefined);
  const headline =
    done.ran.length === 0
      ? `${called(options.target)} is up to date: nothing is open.`
      : `${amount(done.ran)} ran on ${called(options.target)}${waits.length > 0 ? `; ${waits.map(({ change }) => change).join(', ')} is not complete yet` : ''}.`;
  return report({
    command: 'migrate',
    title: `Changes on ${called(options.target)}`,
    headline,
    started,
    verdict: waits.length > 0 ? 'conditions' : 'proven',
    server: done.server,
    blocks: [...ranBlock(done.ran), costs(done)],
    limits: done.said,
    next: [
      ...waiting(done.ran, options),
      { command: call(options, 'status'), why: 'what has run here, and what waits' },
    ],
    output: { ran: done.ran, stalledMs: Math.round(done.stalledMs), losses: done.losses },
  });
}

/** What the run cost others. */
export function costs({ stalledMs, losses }: Migrated) {
  return {
    id: 'costs',
    title: 'What it cost others',
    kind: 'facts',
    facts: [
      fact('waiting of other sessions, summed', formatMs(stalledMs), 'measured'),
      ...(losses > 0 ? [fact('lost connections', String(losses), 'measured')] : []),
    ],
  } as const;
}
