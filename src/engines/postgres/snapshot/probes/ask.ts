import { SqlError } from '../../../../base/error.ts';
import type { Session } from '../../../../engine/session/model.ts';
import type { Row } from '../model.ts';
import type { ListedProbe } from './model.ts';

/** Asks the listed questions, one after the other within the open transaction; a refused one leaves no trace in it. */
export async function askProbes(
  session: Session,
  listed: readonly ListedProbe[],
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const answers: Row[] = [];
  for (const { number, refused, before, query } of listed) {
    if (refused !== null) continue;
    signal.throwIfAborted();
    await session.run(before);
    try {
      const { rows } = await session.query<{ row: string }>(query);
      answers.push(...rows.map(({ row }) => JSON.parse(row) as Row));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      answers.push({ number, failed: error.message });
    }
    await session.run('ROLLBACK TO SAVEPOINT probe');
  }
  return answers;
}
