import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A dropped schema, database or owner. */
export const schemaDropped: ChangeRule = {
  id: 'schema-dropped',
  group: 'application',
  severity: 'error',
  finds: 'A dropped schema, database or owner',
  because: 'everything in it is gone',
  instead: 'Drop what is no longer used by name.',
  check: (at) =>
    deeds(at, 'drop other').flatMap((deed) =>
      deed.to === 'schema' && deed.words.includes('cascade')
        ? [{ message: `Everything in the schema ${deed.name ?? ''} is dropped.`, object: deed.name ?? '' }]
        : [],
    ),
};
