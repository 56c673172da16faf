import { linesOf, partOf, sortable } from '../text/lines.ts';
import type { Format, Migration, Part } from '../model.ts';

const head = /^\s*--\s*liquibase formatted sql/i;
const changeset = /^\s*--\s*changeset\s+(\S+)\s*(.*)$/i;
const rollback = /^\s*--\s*rollback\b ?(.*)$/i;

interface Open {
  readonly id: string;
  readonly transaction: boolean;
  /** A changeset is sent in one piece. */
  readonly whole: { readonly whole?: true };
  readonly wholeBack: { readonly whole?: true };
  readonly up: Part[];
  readonly down: Part[];
  from: number;
}

/** Liquibase formatted SQL: changesets, each in a transaction of its own. */
export const liquibase: Format = {
  name: 'liquibase',
  title: 'Liquibase formatted SQL',
  claims: ({ text }) => head.test(text.replace(/^\s+/, '')),
  read({ path, text }) {
    const migrations: Migration[] = [];
    let open: Open | undefined;
    const close = (to: number): void => {
      if (!open) return;
      const { id, transaction, whole, wholeBack, up, down, from } = open;
      migrations.push({
        id,
        file: path,
        order: `${sortable(path)}#${String(migrations.length).padStart(6, '0')}`,
        up: [...up, ...partOf(text, from, to)].map((part) => ({ ...part, ...whole })),

        down: down.map((part) => ({ ...part, ...wholeBack })),
        transaction,
        unread: [],
      });
      open = undefined;
    };
    let block = false;
    for (const { text: line, from, to } of linesOf(text)) {
      const set = changeset.exec(line);
      if (set) {
        close(from);
        const attributes = set[2] ?? '';
        open = {
          id: set[1]!,
          transaction: !/runInTransaction\s*:\s*"?false/i.test(attributes),
          whole: /\bsplitStatements\s*:\s*"?false/i.test(attributes) ? { whole: true } : {},
          wholeBack: /\brollbackSplitStatements\s*:\s*"?false/i.test(attributes) ? { whole: true } : {},
          up: [],
          down: [],
          from: to,
        };
        continue;
      }
      if (!open) continue;
      if (/^\s*\/\*\s*(?:liquibase\s+)?rollback/i.test(line)) {
        open.up.push(...partOf(text, open.from, from));
        open.from = to;
        block = true;
        continue;
      }
      if (block && /\*\//.test(line)) {
        open.down.push(...partOf(text, open.from, from));
        open.from = to;
        block = false;
        continue;
      }
      const undo = rollback.exec(line);
      if (!undo) continue;
      open.up.push(...partOf(text, open.from, from));
      open.from = to;
      const sql = undo[1] ?? '';
      if (!/^(?:not required|empty)\b/i.test(sql) && sql.trim() !== '')
        open.down.push({ sql, from: from + line.length - sql.length });
    }
    close(text.length);
    return migrations;
  },
};
