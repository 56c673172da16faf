import { z } from 'zod';
import { command } from './command.ts';

/** Lists issues. */
export const jiraSearch = command({
  name: 'jira search',
  summary: 'List the issues of a JQL query: key, state, title',
  input: z.object({
    jql: z
      .string()
      .describe('the query, as Jira takes it')
      .meta({ positional: true, missing: "Type `dbd jira search 'project = KAN AND labels = database'`." }),
    most: z.number().int().min(1).max(1000).default(50).describe('issues that are listed'),
  }),
  output: z.looseObject({
    issues: z.array(z.looseObject({ key: z.string(), summary: z.string(), status: z.string() })),
    more: z.boolean().describe('there are more'),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'connects'],
  examples: [
    {
      call: "dbd jira search 'project = KAN AND labels = database AND statusCategory != Done'",
      shows: 'key, state and title of each; `dbd KAN-29` goes on from there',
    },
  ],
  run: async ({ jql, most }, { cwd, env, emit, signal }) => {
    const { loadConfig } = await import('../config/load.ts');
    const { searchJira } = await import('../deliver/publish/search.ts');
    return searchJira(jql, most, {
      config: await loadConfig({ from: [cwd], cwd, env }),
      cwd,
      env,
      fetch,
      emit,
      signal,
    });
  },
});
