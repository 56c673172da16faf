/** Array literals as a server prints them. */

/** Items of a one-dimensional array literal; null is SQL's. */
export function parseArray(text: string): readonly (string | null)[] {
  const items: (string | null)[] = [];
  let at = text.indexOf('{') + 1;
  if (text[at] === '}') return [];
  for (;;) {
    if (text[at] === '"') {
      let item = '';
      for (at += 1; text[at] !== '"' && at < text.length; at += 1) {
        if (text[at] === '\\') at += 1;
        item += text[at];
      }
      items.push(item);
      at += 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '}') end += 1;
      const item = text.slice(at, end);
      items.push(item.toUpperCase() === 'NULL' ? null : item);
      at = end;
    }
    if (text[at] !== ',') return items;
    at += 1;
  }
}

/** The literal of an array with these items. */
export function arrayText(items: readonly (string | number | bigint | null)[]): string {
  const written = items.map((item) => {
    if (item === null) return 'NULL';
    const text = String(item);
    return /^-?[\d.]+$/.test(text) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return `{${written.join(',')}}`;
}
