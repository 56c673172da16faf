import { baseName, linesOf, partOf, sortable } from '../text/lines.ts';
import type { Format, Part } from '../model.ts';

const mark = /^\s*--\s*migrate:(up|down)\b(.*)$/;

/** dbmate: `-- migrate:up` and `-- migrate:down`, in a transaction unless `transaction:false` stands behind. */
export const dbmate: Format = {
  name: 'dbmate',
  title: 'dbmate',
  claims: ({ text }) => /^\s*--\s*migrate:up\b/m.test(text),
  read({ path, text }) {
    const parts: { up: Part[]; down: Part[] } = { up: [], down: [] };
    let side: 'up' | 'down' | undefined;
    let from = 0;
    const transaction = { up: true, down: true };
    // A section is sent in one piece.
    const add = (to: number): void => {
      if (!side) return;
      for (const part of partOf(text, from, to)) parts[side].push({ ...part, whole: true });
    };
    for (const line of linesOf(text)) {
      const found = mark.exec(line.text);
      if (!found) continue;
      add(line.from);
      side = found[1] as 'up' | 'down';
      from = line.to;
      if (/transaction:\s*false/.test(found[2] ?? '')) transaction[side] = false;
    }
    add(text.length);
    return [
      {
        id: baseName(path).replace(/\.sql$/, ''),
        file: path,
        order: sortable(path),
        ...parts,
        transaction: transaction.up,
        ...(transaction.down === transaction.up ? {} : { transactionBack: transaction.down }),
        unread: [],
      },
    ];
  },
};
