import { baseName, linesOf, partOf, sortable } from '../text/lines.ts';
import type { Format, Part } from '../model.ts';

const mark = /^\s*--\s*(Up|Down) Migration\b/i;

/** node-pg-migrate in SQL: `-- Up Migration` and `-- Down Migration`, each in a transaction. */
export const nodePgMigrate: Format = {
  name: 'node-pg-migrate',
  title: 'node-pg-migrate',
  claims: ({ path, text }) => path.endsWith('.sql') && /^\s*--\s*Up Migration\b/im.test(text),
  read({ path, text }) {
    const parts: { up: Part[]; down: Part[] } = { up: [], down: [] };
    let side: 'up' | 'down' | undefined;
    let from = 0;
    for (const line of linesOf(text)) {
      const found = mark.exec(line.text);
      if (!found) continue;
      if (side) parts[side].push(...partOf(text, from, line.from));
      side = found[1]!.toLowerCase() as 'up' | 'down';
      from = line.to;
    }
    if (side) parts[side].push(...partOf(text, from, text.length));
    return [
      {
        id: baseName(path).replace(/\.sql$/, ''),
        file: path,
        order: sortable(path),
        ...parts,
        transaction: !/^\s*--\s*(?:pgm:)?no-?transaction/im.test(text),
        unread: [],
      },
    ];
  },
};
