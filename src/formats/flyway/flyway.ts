import { baseName, folderOf, partOf, sortable } from '../text/lines.ts';
import type { Format } from '../model.ts';

// V2_1__add_users.sql, U2.1__…, R__views.sql, B1__baseline.sql
const name = /^([VUBR])([\d._]*)__(.+)\.sql$/;

/** Flyway: a script runs in one transaction, alone outside when none of its statements may be inside one. */
export const flyway: Format = {
  name: 'flyway',
  title: 'Flyway',
  claims: ({ path }) => name.test(baseName(path)),
  read({ path, text }, beside) {
    const [, kind = 'V', version = '', title = ''] = name.exec(baseName(path)) ?? [];
    const config = beside.get(`${path}.conf`)?.text ?? '';
    const outside = /^\s*executeInTransaction\s*=\s*false/im.test(config);
    const sql = partOf(text, 0, text.length);
    const undo = kind === 'U';
    return [
      {
        id: kind === 'R' ? `R ${title}` : version.replaceAll('_', '.'),
        file: path,
        order: `${sortable(folderOf(path))}/${kind === 'R' ? '~' : ''}${sortable(version.replaceAll('_', '.'))}`,
        up: undo ? [] : sql,
        down: undo ? sql : [],
        transaction: !outside,
        aloneOutside: 'all statements',
        unread: [],
      },
    ];
  },
};
