/** Rights as the server keeps them, as a set that says what they allow. */
import type { Names } from './names.ts';

/** `chr(1)` stands between the entries; grantor and owner are named only where they differ. */
export function shownRights(entries: string, owner: string | undefined, names: Names): string {
  return entries
    .split('\u0001')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, to = '', rights = '', by = ''] =
        /^((?:"(?:[^"]|"")*"|[^=])*)=([^/]*)\/(.*)$/s.exec(entry) ?? [];
      const grantor = roleIn(by, names);
      const letters = (rights.match(/[a-zA-Z]\*?/g) ?? []).toSorted().join('');
      return `${to === '' ? 'PUBLIC' : roleIn(to, names)}=${letters}${owner === undefined || grantor === owner ? '' : ` by ${grantor}`}`;
    })
    .toSorted()
    .join(', ');
}

function roleIn(text: string, names: Names): string {
  return names.role(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
}
