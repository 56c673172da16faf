import { fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { example } from '../../config/jira.ts';
import { column, report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { connectTo } from '../../tracker/jira/jira.ts';
import { searchIssues } from '../../tracker/jira/search.ts';
import type { Settings } from '../../tracker/model.ts';
import { shownLine } from '../../tracker/shown.ts';

/** Lists the issues of a query; throws `tracker.*`. */
export async function searchJira(jql: string, most: number, settings: Settings): Promise<Report> {
  const started = performance.now();
  const { jira } = settings.config;
  if (!jira)
    return fail('tracker.not-configured', 'No Jira is configured that could be asked.', { hint: example });
  const { hits, more, warnings } = await step(settings.emit, 'ask Jira', () =>
    searchIssues(connectTo(jira, settings), jql, most),
  );
  const issues = hits.map(({ key, summary, status }) => ({
    key,
    summary: shownLine(summary, 200),
    status: shownLine(status, 60),
  }));
  return report({
    command: 'jira search',
    title: shownLine(jql, 200),
    started,
    verdict: 'proven',
    headline: `${plural(issues.length, 'issue')}${more ? '; there are more (--most)' : ''}.`,
    blocks:
      issues.length === 0
        ? []
        : [
            {
              id: 'issues',
              title: 'Issues',
              kind: 'table',
              columns: [column('Key', 'code'), column('State'), column('Title')],
              rows: issues.map(({ key, summary, status }) => [key, status, summary]),
            },
          ],
    limits: warnings.map((warning) => shownLine(warning, 200)),
    next: issues.slice(0, 1).map(({ key }) => ({ command: `dbd ${key}`, why: 'deliver the first one' })),
    output: { issues, more },
  });
}
