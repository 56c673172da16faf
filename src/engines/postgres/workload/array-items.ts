/** Members of an array literal as the server prints it (manual, 8.15.6); inner arrays stay one text each. */
export function items(literal: string): readonly (string | null)[] {
  const text = literal.trim().replace(/^(?:\[[^\]]*\])+=/, '');
  if (!text.startsWith('{') || !text.endsWith('}')) return [];
  const found: (string | null)[] = [];
  let at = 1;
  const end = text.length - 1;
  while (at < end) {
    if (text[at] === '"') {
      const close = quoteEnd(text, at, end);
      found.push(text.slice(at + 1, close).replaceAll(/\\([\s\S])/g, '$1'));
      at = close + 1;
    } else if (text[at] === '{') {
      const close = braceEnd(text, at, end);
      found.push(text.slice(at, close + 1));
      at = close + 1;
    } else {
      let to = at;
      while (to < end && text[to] !== ',') to += text[to] === '\\' ? 2 : 1;
      const word = text.slice(at, to).trim();
      found.push(/^null$/i.test(word) ? null : word.replaceAll(/\\([\s\S])/g, '$1'));
      at = to;
    }
    while (at < end && text[at] !== ',') at++;
    at++;
  }
  return found;
}

/** An array literal of these members. */
export function literalOf(members: readonly (string | null)[]): string {
  return `{${members
    .map((member) => (member === null ? 'NULL' : `"${member.replaceAll(/["\\]/g, '\\$&')}"`))
    .join(',')}}`;
}

function quoteEnd(text: string, from: number, end: number): number {
  let at = from + 1;
  while (at < end && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, end);
}

function braceEnd(text: string, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end; at++) {
    if (text[at] === '"') at = quoteEnd(text, at, end);
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return end - 1;
}
