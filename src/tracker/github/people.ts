/** Who somebody is, and who may say something. */
import type { GithubConfig } from '../../config/model.ts';
import { record, text } from '../jira/shapes.ts';
import type { Settings } from '../model.ts';
import { shownLine } from '../shown.ts';
import type { Connection } from './connection.ts';
import type { Comment } from './issue.ts';

/** Whose comments count. */
export type Trusted = Pick<GithubConfig, 'authors' | 'associations'>;

/** Whether the author of a comment may fill the block or answer. */
export function isAllowed({ author, association }: Comment, { authors, associations }: Trusted): boolean {
  return (
    authors.some((name) => name.toLowerCase() === author.toLowerCase()) ||
    associations.some((one) => one === association)
  );
}

/** A name that is shown in a message. */
export function shownName(login: string): string {
  return shownLine(login, 80) || 'somebody unknown';
}

/** The account of the token; the token of a GitHub Action may not ask for it, and has one of its own. Undefined where nobody says whose it is. */
export async function accountOf(connection: Connection, env: Settings['env']): Promise<string | undefined> {
  if (!connection.hasToken) return undefined;
  const login = text(record(await connection.find('user', 'the account of the token', [403]))['login']);
  if (login !== '') return login;
  return env['GITHUB_ACTIONS'] === 'true' ? 'github-actions[bot]' : undefined;
}
