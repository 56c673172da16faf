import { z } from 'zod';
import { fail } from '../base/error.ts';
import { plural } from '../base/text.ts';
import { report } from '../report/build.ts';
import { parseDuration, printDuration } from '../task/units.ts';
import { command } from './command.ts';

/** Longest life, milliseconds. */
const longestMs = 24 * 3_600_000;

/** Serves a Jira that keeps what is written to it in memory, for trying out and for tests. */
export const jiraFake = command({
  name: 'jira fake',
  summary: 'Serve a Jira of Markdown files on this machine, with any fault, to try tasks and publishing',
  input: z.object({
    files: z
      .array(z.string())
      .default([])
      .describe('Markdown files, each an issue: KAN-29.md is KAN-29')
      .meta({ positional: true }),
    dataCenter: z.boolean().default(false).describe('a Data Center instead of Jira Cloud'),
    fault: z
      .string()
      .optional()
      .describe('what goes wrong, by comma: 429, 503*2, cut-after@comment, lag; `list` shows all'),
    port: z.number().int().min(0).max(65_535).default(0).describe('port; 0 takes a free one'),
    ttl: z.string().default('1 h').describe('how long it lives unless it is stopped'),
  }),
  output: z.looseObject({
    url: z.string().optional().describe('where it was'),
    requests: z.number().optional().describe('requests that it answered'),
    issues: z
      .array(z.looseObject({ key: z.string() }))
      .optional()
      .describe('what became of each issue'),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    { call: 'dbd jira fake tasks/*.md', shows: 'its address, a token, and the lines for dbd.config.yaml' },
    { call: 'dbd jira fake KAN-29.md --fault 429,cut-after@comment', shows: 'how publishing gets through' },
  ],
  run: async ({ files, dataCenter: ours, fault, port, ttl }, context) => {
    const started = performance.now();
    const { faultNames, readFault } = await import('../tracker/jira/fake/fault.ts');
    if (fault === 'list')
      return report({
        command: 'jira fake',
        title: 'Faults of the fake Jira',
        headline: `${plural(Object.keys(faultNames).length, 'fault')}; behind each may stand where and how often: 503@comment*2.`,
        started,
        blocks: [
          {
            id: 'faults',
            title: 'Faults',
            kind: 'table',
            columns: [{ title: 'fault', code: true }, { title: 'what happens' }],
            rows: Object.entries(faultNames).map(([name, says]) => [name, says]),
          },
        ],
      });
    if (files.length === 0)
      return fail('usage.missing-input', 'A fake Jira needs issues.', {
        hint: 'Type `dbd jira fake KAN-29.md` with Markdown files.',
      });
    const ms = parseDuration(ttl);
    if (ms === undefined || ms < 1000 || ms > longestMs)
      return fail('usage.wrong-option', `--ttl ${ttl} is not a time between a second and a day.`, {
        hint: 'Write it as 20 min or 2 h.',
      });
    const { serveFake } = await import('../tracker/jira/fake/serve.ts');
    const served = await serveFake({
      files,
      cwd: context.cwd,
      kind: ours ? 'data-center' : 'cloud',
      faults: (fault ?? '')
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')
        .map(readFault),
      port,
    });
    try {
      context.emit({
        kind: 'note',
        text: `${served.url} is a fake Jira with ${served.keys.join(', ')}, for ${printDuration(ms)}; Ctrl-C ends it.`,
      });
      context.emit({ kind: 'note', text: `Put this into dbd.config.yaml:\n\n${served.config}` });
      context.emit({ kind: 'note', text: `And this into the shell: export JIRA_TOKEN=${served.token}` });
      await served.until(ms, context.signal);
    } finally {
      await served.close();
    }
    const { issues, requests } = served.became();
    return report({
      command: 'jira fake',
      title: 'Fake Jira',
      headline: `It answered ${plural(requests, 'request')}; what was written is gone with it.`,
      started,
      blocks: [
        {
          id: 'issues',
          title: 'What became of the issues',
          kind: 'table',
          columns: [
            { title: 'issue', code: true },
            { title: 'state' },
            { title: 'comments', align: 'right' },
            { title: 'files', align: 'right' },
            { title: 'links', align: 'right' },
          ],
          rows: issues.map(({ key, state, comments, files: count, links }) => [
            key,
            state,
            comments,
            count,
            links,
          ]),
        },
      ],
      output: { url: served.url, requests, issues },
    });
  },
});
