import type { Session } from '../../engine/model.ts';

/** Runs work in a transaction that is taken back; reads run in one that refuses to write, writes behind a savepoint so that their own errors end only them. */
export async function rolledBack<T>(
  session: Session,
  kind: 'read' | 'write',
  work: () => Promise<T>,
): Promise<T> {
  await session.query(kind === 'read' ? 'BEGIN READ ONLY' : 'BEGIN');
  try {
    if (kind === 'write') await session.query('SAVEPOINT dbd_call');
    const result = await work();
    if (kind === 'write') await session.query('ROLLBACK TO SAVEPOINT dbd_call');
    return result;
  } finally {
    await session.query('ROLLBACK');
  }
}
