/** Issues of Jira as tasks. */
import { DbdError, fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { example } from '../../config/jira.ts';
import type { JiraConfig, Word } from '../../config/model.ts';
import type { Settings, Tracker } from '../model.ts';
import { findBlock } from './block.ts';
import { connectionTo, type Connection, type ConnectionOptions } from './connection.ts';
import { readIssue, type Issue } from './issue.ts';
import { publisherOf, type Opened } from './publish/publish.ts';
import { keyOf } from './reference.ts';
import { withJiraReplies } from './replies.ts';
import { similarTo } from './similar.ts';

/** How requests are made, where it differs from the usual. */
export type Manner = Partial<Pick<ConnectionOptions, 'gateway' | 'timeoutMs' | 'wait' | 'random'>>;

/** The tracker; `manner` is for other gateways and for tests. */
export function jiraTracker(manner: Manner = {}): Tracker {
  const open: Opened = (reference, settings) => {
    const key = keyOf(reference, settings.config.jira)!;
    const jira = settings.config.jira ?? notConfigured(key, settings);
    return { key, connection: connectTo(jira, settings, manner), mayFinish: jira.mayFinish === true };
  };
  return {
    name: 'jira',
    matches: async (reference, { config }) => keyOf(reference, config.jira) !== undefined,
    load: async (reference, settings) => {
      const { config, emit } = settings;
      const key = keyOf(reference, config.jira)!;
      const jira = config.jira ?? notConfigured(key, settings);
      const connection = connectTo(jira, settings, manner);
      return step(
        emit,
        `read ${key} from Jira`,
        async () => {
          const issue = await issueOf(connection, key);
          const limits = issue.key === key ? [] : [`${key} was moved and is ${issue.key} now.`];
          const found = await findBlock(connection, issue, jira.authors);
          const answered = await withJiraReplies(connection, issue, jira.authors, found.text);
          return {
            ...found,
            text: answered.text,
            limits: [...limits, ...found.limits, ...answered.limits],
            name: issue.key,
            title: issue.summary,
            url: `${jira.site}/browse/${issue.key}`,
          };
        },
        ({ block }) => (block === 'none' ? 'prose only' : `block in the ${block}`),
      );
    },
    publisher: publisherOf(open),
  };
}

/** The tracker as it is used. */
export const jira: Tracker = jiraTracker();

/** A connection to the configured site; throws `tracker.not-configured` when the environment lacks the token. */
export function connectTo(jira: JiraConfig, settings: Settings, manner: Manner = {}): Connection {
  const { env, fetch, emit, signal } = settings;
  return connectionTo({
    fetch,
    emit,
    signal,
    site: jira.site,
    ...(jira.kind === undefined ? {} : { kind: jira.kind }),
    ...(jira.email === undefined ? {} : { email: valueOf(jira.email, 'e-mail address', env) }),
    token: valueOf({ variable: jira.tokenVariable }, 'API token', env),
    ...(jira.cloudId === undefined ? {} : { cloudId: jira.cloudId }),
    ...manner,
  });
}

function valueOf(word: Word, what: string, env: Settings['env']): string {
  if ('text' in word) return word.text;
  const value = env[word.variable]?.trim();
  return value === undefined || value === ''
    ? fail(
        'tracker.not-configured',
        `The environment variable ${word.variable}, which holds the ${what} for Jira, is not set.`,
        {
          hint: `Set ${word.variable}; tokens are made at id.atlassian.com under Security, API tokens, or in the profile of a Data Center.`,
        },
      )
    : value;
}

function notConfigured(key: string, { config }: Settings): never {
  return fail(
    'tracker.not-configured',
    `There is no file ${key}, and no Jira is configured where ${key} could be found.`,
    {
      hint: `${example}${config.file === undefined ? ' `dbd init` makes this file.' : ''}`,
    },
  );
}

async function issueOf(connection: Connection, key: string): Promise<Issue> {
  try {
    return await readIssue(connection, key);
  } catch (error) {
    if (!(error instanceof DbdError) || error.code !== 'tracker.missing') throw error;
    // Where anybody may read something, an account that is not accepted is nobody: nothing is there for it.
    await connection.json('myself', 'the account of the token');
    const similar = await similarTo(connection, key);
    if (similar.length === 0) throw error;
    const listed = similar.map((each) => `${each.key} (${clean(each.summary)})`).join(', ');
    return fail('tracker.missing', error.message, { cause: error, hint: `Near it: ${listed}.` });
  }
}

function clean(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
