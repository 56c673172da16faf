/** Array literals, the form in which a server prints several values: `{a,"b, c",NULL,{1,2}}`. */

/** A value, the database's null, or an array inside. */
export type Item = string | null | readonly Item[];

/** Deepest array that is read; the server itself allows six dimensions. */
const deepest = 8;

/** Items of an array literal; undefined when the text is none. Bounds before the braces (`[0:2]={…}`) are dropped. */
export function readArray(text: string): readonly Item[] | undefined {
  const start = /^(?:\[[^\]]*\])*=?/.exec(text)![0].length;
  const open: Item[][] = [];
  const plain = /[^{},"\\]*/y;
  let at = start;
  let first: Item[] | undefined;
  // After a value only a comma or a closing brace may stand.
  let complete = false;
  while (at < text.length) {
    const letter = text[at]!;
    const current = open.at(-1);
    if (letter === '{') {
      if (open.length === deepest || complete || (first && !current)) return undefined;
      const inner: Item[] = [];
      if (current) current.push(inner);
      else first = inner;
      open.push(inner);
      at++;
    } else if (!current) return undefined;
    else if (letter === '}') {
      if (!complete && current.length > 0) return undefined;
      open.pop();
      complete = true;
      at++;
    } else if (letter === ',') {
      if (!complete) return undefined;
      complete = false;
      at++;
    } else if (complete) return undefined;
    else if (letter === '"') {
      const end = closing(text, at + 1);
      if (end < 0) return undefined;
      const found = text.slice(at + 1, end);
      at = end + 1;
      const value = found.includes('\\') ? found.replaceAll(/\\([\s\S])/g, '$1') : found;
      current.push(value);
      complete = true;
    } else {
      let value = '';
      for (;;) {
        plain.lastIndex = at;
        value += plain.exec(text)![0];
        at = plain.lastIndex;
        if (text[at] !== '\\') break;
        value += text[at + 1] ?? '';
        at += 2;
      }
      if (text[at] === '"') return undefined;
      current.push(value === 'NULL' ? null : value);
      complete = true;
    }
  }
  return open.length === 0 ? first : undefined;
}

/** Where the quote that was opened before ends; -1 when it does not. */
function closing(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = end;
    while (slashes > from && text[slashes - 1] === '\\') slashes--;
    if ((end - slashes) % 2 === 0) return end;
  }
  return -1;
}

/** Items of an array literal, inner arrays as text; none when the text is no literal. */
export function arrayItems(text: string): readonly (string | null)[] {
  return (readArray(text) ?? []).map((item) =>
    item === null || typeof item === 'string' ? item : writeArray(item),
  );
}

/** The literal of items, quoted where the server would. */
export function writeArray(items: readonly (Item | number | bigint)[]): string {
  return `{${items
    .map((item) =>
      item === null
        ? 'NULL'
        : typeof item === 'number' || typeof item === 'bigint'
          ? String(item)
          : typeof item !== 'string'
            ? writeArray(item)
            : item === '' || /[{},"\\\s]/.test(item) || item.toUpperCase() === 'NULL'
              ? `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`
              : item,
    )
    .join(',')}}`;
}

/** Texts of an array and of those inside, without nulls. */
export function* leaves(items: readonly Item[]): Generator<string> {
  for (const item of items)
    if (typeof item === 'string') yield item;
    else if (item !== null) yield* leaves(item);
}
