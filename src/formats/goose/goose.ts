import { baseName, linesOf, partOf, sortable } from '../text/lines.ts';
import type { Format, Part } from '../model.ts';

const mark = /^\s*--\s*\+goose\s+(.+?)\s*$/i;

/** goose: `-- +goose Up` and `Down`, in a transaction unless the file says NO TRANSACTION. */
export const goose: Format = {
  name: 'goose',
  title: 'goose',
  claims: ({ text }) => /^\s*--\s*\+goose\s+up/im.test(text),
  read({ path, text }) {
    const parts: { up: Part[]; down: Part[] } = { up: [], down: [] };
    let side: 'up' | 'down' | undefined;
    let from = 0;
    let transaction = true;
    let block = false;
    const add = (to: number): void => {
      if (!side) return;
      for (const part of partOf(text, from, to)) parts[side].push(block ? { ...part, whole: true } : part);
    };
    for (const line of linesOf(text)) {
      const said = mark.exec(line.text)?.[1]?.toLowerCase();
      if (said === undefined) continue;
      add(line.from);
      from = line.to;
      if (said === 'up' || said === 'down') side = said;
      block = said === 'statementbegin';
      if (said === 'no transaction') transaction = false;
    }
    add(text.length);
    return [
      {
        id: baseName(path).replace(/\.sql$/, ''),
        file: path,
        order: sortable(path),
        ...parts,
        transaction,
        unread: [],
      },
    ];
  },
};
