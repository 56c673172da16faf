/** Issues of GitHub as tasks. */
import { step } from '../../base/event.ts';
import { usualGithubHost, usualGithubVariable } from '../../config/github.ts';
import type { GithubConfig } from '../../config/model.ts';
import type { Sending } from '../jira/request.ts';
import type { Settings, Tracker } from '../model.ts';
import { findBlock } from './block.ts';
import { connectionTo, type Connection } from './connection.ts';
import { readComments, readIssue } from './issue.ts';
import { publisherOf } from './publish.ts';
import { referenceOf, written, type Reference } from './reference.ts';
import { withGithubReplies } from './replies.ts';

/** How requests are made, where it differs from the usual. */
export type Manner = Partial<Pick<Sending, 'timeoutMs' | 'wait' | 'random'>>;

const unconfigured: GithubConfig = {
  host: usualGithubHost,
  tokenVariable: usualGithubVariable,
  authors: [],
  associations: [],
  labels: {},
};

/** The tracker; `manner` is for tests. */
export function githubTracker(manner: Manner = {}): Tracker {
  const open = (
    text: string,
    settings: Settings,
  ): { github: GithubConfig; reference: Reference; connection: Connection } => {
    const github = settings.config.github ?? unconfigured;
    const reference = referenceOf(text, settings.config.github)!;
    return { github, reference, connection: connectTo(github, reference, settings, manner) };
  };
  return {
    name: 'github',
    matches: async (reference, { config }) => referenceOf(reference, config.github) !== undefined,
    load: async (text, settings) => {
      const { github, reference, connection } = open(text, settings);
      return step(
        settings.emit,
        `read ${written(reference)} from GitHub`,
        async () => {
          const issue = await readIssue(connection, reference);
          const limits =
            written(issue) === written(reference)
              ? []
              : [`${written(reference)} was moved and is ${written(issue)} now.`];
          const { comments, complete } = await readComments(connection, issue);
          const found = findBlock(issue, comments, github);
          const answered = await withGithubReplies(connection, settings.env, comments, github, found.text);
          return {
            ...found,
            text: answered.text,
            limits: [
              ...limits,
              ...(complete ? [] : ['There are more than 3,000 comments; the newest of them were not read.']),
              ...found.limits,
              ...answered.limits,
            ],
            name: written(issue),
            title: issue.title,
            url: issue.url,
          };
        },
        ({ block }) => (block === 'none' ? 'prose only' : `block in the ${block}`),
      );
    },
    publisher: publisherOf((text, settings) => {
      const { github, reference, connection } = open(text, settings);
      return { connection, reference, labels: github.labels, env: settings.env };
    }),
  };
}

/** The tracker as it is used. */
export const github: Tracker = githubTracker();

/** The token belongs to the configured host; another one is asked without it. */
function connectTo(
  github: GithubConfig,
  { host }: Reference,
  settings: Settings,
  manner: Manner,
): Connection {
  const { env, fetch, emit, signal } = settings;
  const token = host === github.host ? env[github.tokenVariable]?.trim() : undefined;
  return connectionTo({ fetch, emit, signal, host, ...(token ? { token } : {}), ...manner });
}
