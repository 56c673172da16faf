import { DbdError } from '../../base/error.ts';
import { editDistance } from '../../base/text.ts';
import type { Connection } from './connection.ts';
import { searchIssues } from './search.ts';

/** An issue that may have been meant. */
export interface Similar {
  readonly key: string;
  readonly summary: string;
}

/** How many are shown. */
const shown = 3;

/** Issues that may have been meant by a key that does not exist: near keys of the same project, else issues whose title has the key's words. Never throws `tracker.*`: it only helps. */
export async function similarTo(connection: Connection, key: string): Promise<readonly Similar[]> {
  const [project, number] = [key.slice(0, key.lastIndexOf('-')), Number(key.slice(key.lastIndexOf('-') + 1))];
  try {
    const near = await search(connection, `project = "${project}" ORDER BY created DESC`);
    if (near !== undefined) {
      const distance = (other: string): number =>
        editDistance(other, key) + Math.min(0.9, Math.abs(Number(other.split('-').at(-1)) - number) / 1000);
      return [...near].sort((a, b) => distance(a.key) - distance(b.key)).slice(0, shown);
    }
    const words = project.split('_').filter((word) => word.length > 1);
    const titled = words.map((word) => `summary ~ "${word}*"`).join(' OR ');
    return titled === ''
      ? []
      : ((await search(connection, `${titled} ORDER BY updated DESC`)) ?? []).slice(0, shown);
  } catch (error) {
    if (error instanceof DbdError && error.code.startsWith('tracker.')) return [];
    throw error;
  }
}

/** Issues of a query that names a project or a word, so that it is bounded; undefined when Jira rejects it. */
async function search(connection: Connection, jql: string): Promise<readonly Similar[] | undefined> {
  try {
    return (await searchIssues(connection, jql, 50)).hits;
  } catch (error) {
    if (error instanceof DbdError && error.code === 'tracker.refused') return undefined;
    throw error;
  }
}
