/** Keys of an index with their order and classes, as its definition has them between the parentheses. */
export function keysOf(definition: string): readonly string[] | undefined {
  const start = / USING \S+ \(/.exec(definition);
  if (!start) return undefined;
  const keys: string[] = [''];
  let depth = 1;
  let quote = '';
  for (const letter of definition.slice(start.index + start[0].length)) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return keys.map((key) => key.trim());
    else if (letter === ',' && depth === 1) {
      keys.push('');
      continue;
    }
    keys[keys.length - 1] += letter;
  }
  return undefined;
}
