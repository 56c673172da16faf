import { deeds } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** CREATE EXTENSION or ALTER EXTENSION UPDATE in a migration. */
export const extensionInMigration: ChangeRule = {
  id: 'extension-in-migration',
  group: 'habits',
  severity: 'info',
  finds: 'CREATE EXTENSION or ALTER EXTENSION UPDATE in a migration',
  because: 'it needs rights that a migration should not have, and takes whatever version the server has',
  instead: 'Install extensions outside migrations, in a version that is named.',
  check: (at) =>
    deeds(at, 'extension').flatMap((deed) =>
      deed.words.includes('update') || !/^(?:plpgsql|pgcrypto|citext|uuid-ossp)$/.test(deed.name ?? '')
        ? [
            {
              message: `${deed.name ?? 'The extension'} comes in whatever version this server has.`,
              object: deed.name ?? '',
            },
          ]
        : [],
    ),
};
