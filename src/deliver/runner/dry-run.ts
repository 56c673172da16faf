/** The story of `dbd migrate --dry-run`: what would run, from what is known without touching anything. */
import { plural } from '../../base/text.ts';
import type { PhaseName } from '../../change/model.ts';
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { statusOf } from '../../runner/status.ts';
import { wantedChanges } from '../../runner/migrate.ts';
import { openSteps } from '../../runner/open.ts';
import { finding } from './status.ts';
import { call, called, type StoryOptions } from './story.ts';

/** Shows the statements of the open steps; takes no lock and writes nothing. */
export async function dryRunStory(
  options: StoryOptions & { readonly phase?: PhaseName; readonly to?: string; readonly late: boolean },
): Promise<Report> {
  const started = performance.now();
  const { situation, problems, server, said } = await statusOf(options);
  const open = wantedChanges(situation, options);
  const steps = openSteps(open, options.phase);
  const grave = problems.filter(({ kind }) => !(kind === 'late' && options.late));
  return report({
    command: 'migrate',
    title: `What would run on ${called(options.target)}`,
    headline:
      steps.length === 0
        ? `${called(options.target)} is up to date: nothing would run.`
        : `${plural(steps.length, 'statement')} of ${plural(open.length, 'change')} would run on ${called(options.target)}; nothing was touched.`,
    started,
    verdict: grave.length > 0 ? 'failed' : 'proven',
    server,
    findings: grave.map(finding),
    blocks:
      steps.length === 0
        ? []
        : [
            {
              id: 'sql',
              title: 'Statements',
              kind: 'sql',
              files: open.map(({ id }) => ({
                path: id,
                sql: steps
                  .filter(({ change }) => change === id)
                  .map(
                    ({ phase, step, sql }) => `-- ${phase}, step ${step}\n${sql.trim().replace(/;$/, '')};`,
                  )
                  .join('\n\n'),
              })),
            },
          ],
    limits: said,
    next: [{ command: call(options, 'migrate'), why: 'runs it' }],
    output: { ran: [], stalledMs: 0, would: steps },
  });
}
