import { deeds, known, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** An index that is dropped under a lock on its table. */
export const indexDroppedWithLock: ChangeRule = {
  id: 'index-dropped-with-lock',
  group: 'locks',
  severity: 'warning',
  finds: 'An index that is dropped under a lock on its table',
  because: 'DROP INDEX takes ACCESS EXCLUSIVE on the table and queues behind every reader',
  instead: 'Use DROP INDEX CONCURRENTLY outside a transaction.',
  check: (at) =>
    deeds(at, 'drop index').flatMap((deed) =>
      deed.words.includes('concurrently') || !known(at, 'index/drop')
        ? []
        : [
            {
              message: `${deed.name ?? 'The index'} is dropped with its table locked: readers and writers queue behind it.`,
              object: placeOf(deed),
              fix: `DROP INDEX CONCURRENTLY ${at.engine.quote.identifier(deed.name ?? '')}`,
            },
          ],
    ),
};
