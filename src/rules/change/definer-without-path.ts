import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A SECURITY DEFINER routine without a search_path of its own. */
export const definerWithoutPath: ChangeRule = {
  id: 'definer-without-path',
  group: 'rights',
  severity: 'warning',
  finds: 'A SECURITY DEFINER routine without a search_path of its own',
  because: 'a caller can put names before those that it means, and run what he likes as its owner',
  instead: 'Add SET search_path = pg_catalog, public, or the schemas it needs.',
  check: (at) =>
    deeds(at, 'create routine', 'definer').flatMap((deed) =>
      deed.words.includes('search path')
        ? []
        : [
            {
              message: `${deed.name ?? 'The routine'} runs with its owner's rights and its caller's names.`,
              object: deed.name ?? '',
            },
          ],
    ),
};
