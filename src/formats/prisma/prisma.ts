import { baseName, folderOf, partOf, sortable } from '../text/lines.ts';
import type { Format } from '../model.ts';

/** Prisma Migrate: `migrations/<time>_<name>/migration.sql`, sent to the server in one piece. */
export const prisma: Format = {
  name: 'prisma',
  title: 'Prisma Migrate',
  claims: ({ path }) => baseName(path) === 'migration.sql',
  read: ({ path, text }) => [
    {
      id: baseName(folderOf(path)) || 'migration',
      file: path,
      order: sortable(path),
      up: partOf(text, 0, text.length),
      down: [],
      transaction: true,
      aloneOutside: 'one statement',
      unread: [],
    },
  ],
};
