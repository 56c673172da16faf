/** The little that rules read from a statement's text. */

/** Columns that UPDATE … SET names, without quotes; empty where the text is none. */
export function setColumns(sql: string): readonly string[] {
  const after = /\bset\b([\s\S]*)/i.exec(sql)?.[1];
  if (after === undefined || !/\bupdate\b/i.test(sql)) return [];
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  // Only commas outside parentheses and strings part the assignments.
  const text = after
    .replaceAll(/'(?:[^']|'')*'/g, (one) => ' '.repeat(one.length))
    .split(/\b(?:from|where|returning)\b/i)[0]!;
  const take = (end: number): void => {
    const name = /^\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*=/u.exec(text.slice(start, end));
    if (name) found.push(name[1]?.replaceAll('""', '"') ?? name[2]!.toLowerCase());
  };
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === ',' && depth === 0) {
      take(at);
      start = at + 1;
    }
  }
  take(text.length);
  return found;
}
