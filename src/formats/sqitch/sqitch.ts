import { baseName, folderOf, linesOf, partOf, sortable } from '../text/lines.ts';
import type { Format, SourceFile } from '../model.ts';

function planOf(path: string): string {
  const root = folderOf(folderOf(path));
  return root === '' ? 'sqitch.plan' : `${root}/sqitch.plan`;
}

/** Names of the changes of a plan, in order. */
function changesIn(plan: SourceFile | undefined): readonly string[] {
  return linesOf(plan?.text ?? '').flatMap(({ text }) => {
    const found = /^([^\s%#@[][^\s[]*)/.exec(text.trim());
    return found ? [found[1]!] : [];
  });
}

/** Sqitch: deploy scripts in the order of the plan, run by psql, which opens no transaction of its own. */
export const sqitch: Format = {
  name: 'sqitch',
  title: 'Sqitch',
  claims: ({ path }, beside) =>
    /(?:^|\/)(?:deploy|revert|verify)\/[^/]+\.sql$/.test(path) && beside.has(planOf(path)),
  read(file, beside) {
    const kind = baseName(folderOf(file.path));
    if (kind !== 'deploy') return [];
    const id = baseName(file.path).replace(/\.sql$/, '');
    const at = changesIn(beside.get(planOf(file.path))).indexOf(id);
    const back = beside.get(file.path.replace(/deploy\/([^/]+)$/, 'revert/$1'));
    return [
      {
        id,
        file: file.path,
        order: `${folderOf(folderOf(file.path))}/${at < 0 ? '~' : String(at).padStart(9, '0')} ${sortable(id)}`,
        up: partOf(file.text, 0, file.text.length),
        down: back
          ? partOf(back.text, 0, back.text.length).map((part) => ({ ...part, file: back.path }))
          : [],
        transaction: false,
        unread: [],
      },
    ];
  },
};
