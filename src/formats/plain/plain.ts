import { baseName, partOf, sortable } from '../text/lines.ts';
import type { Format } from '../model.ts';

/** SQL as psql runs it: each statement by itself unless the file opens a transaction. */
export const plain: Format = {
  name: 'plain',
  title: 'plain SQL',
  claims: ({ path }) => /\.(?:sql|psql|pgsql|ddl)$/i.test(path) || !/\.\w+$/.test(baseName(path)),
  read: ({ path, text }) => [
    {
      id: baseName(path).replace(/\.\w+$/, ''),
      file: path,
      order: sortable(path),
      up: partOf(text, 0, text.length),
      down: [],
      transaction: false,
      unread: [],
    },
  ],
};
