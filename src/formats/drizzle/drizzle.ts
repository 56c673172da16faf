import { baseName, partOf, sortable } from '../text/lines.ts';
import type { Format, Part } from '../model.ts';

const breakpoint = /-->\s*statement-breakpoint/g;

/** Drizzle: statements between breakpoints; the migrator runs all that is open in one transaction. */
export const drizzle: Format = {
  name: 'drizzle',
  title: 'Drizzle',
  claims: ({ path, text }, beside) =>
    path.endsWith('.sql') &&
    (/-->\s*statement-breakpoint/.test(text) ||
      beside.has(`${path.slice(0, -baseName(path).length)}meta/_journal.json`)),
  read({ path, text }) {
    const up: Part[] = [];
    let from = 0;
    for (const mark of text.matchAll(breakpoint)) {
      up.push(...partOf(text, from, mark.index));
      from = mark.index + mark[0].length;
    }
    up.push(...partOf(text, from, text.length));
    return [
      {
        id: baseName(path).replace(/\.sql$/, ''),
        file: path,
        order: sortable(path),
        up,
        down: [],
        transaction: true,
        unread: [],
      },
    ];
  },
};
