/** Items of FROM with the way each is joined. */
import type { Place } from './place.ts';
import type { Source } from './sight.ts';
import { tokensOf, within, type DeepToken, type Range } from './text.ts';

export interface JoinItem extends Range {
  readonly source: Source;
  readonly kind: 'first' | 'comma' | 'cross' | 'inner' | 'left' | 'other';
  /** The table with its alias. */
  readonly table: Range;
  readonly on?: Range;
}

const joinWords: ReadonlySet<string> = new Set([
  'inner',
  'left',
  'right',
  'full',
  'cross',
  'natural',
  'join',
]);

/** Items from left to right, where each stands by itself: no brackets around joins, no USING. */
export function joinsOf({ sql, core, sight }: Place): readonly JoinItem[] | undefined {
  if (!core.tables) return undefined;
  const tokens = within(tokensOf(sql), core.tables);
  const depth = tokens[0]?.depth ?? 0;
  const groups: DeepToken[][] = [[]];
  const wordOf = (token: DeepToken | undefined): string =>
    token?.kind === 'word' && token.depth === depth ? token.text.toLowerCase() : '';
  for (const token of tokens) {
    const word = wordOf(token);
    const last = groups.at(-1)!;
    const inJoin =
      last.length > 0 && last.every((one) => joinWords.has(wordOf(one)) || wordOf(one) === 'outer');
    if ((joinWords.has(word) && !inJoin) || (token.text === ',' && token.depth === depth))
      groups.push([token]);
    else last.push(token);
  }
  if (groups.length !== sight.sources.length) return undefined;
  const items = groups.map((group, at): JoinItem | undefined => {
    const words = group.map(wordOf);
    if (words.includes('natural') || words.includes('using') || words.includes('lateral')) return undefined;
    const join = words.indexOf('join');
    const start = at === 0 ? 0 : join >= 0 ? join + 1 : 1;
    const on = words.indexOf('on');
    const table = group.slice(start, on < 0 ? undefined : on);
    const condition = on < 0 ? [] : group.slice(on + 1);
    const source = sight.sources[at]!;
    if (!table[0] || table[0].text === '(' || !source.table) return undefined;
    return {
      source,
      kind: kindOf(words, at, group[0]?.text === ','),
      from: group[0]!.from,
      to: group.at(-1)!.to,
      table: { from: table[0].from, to: table.at(-1)!.to },
      ...(condition[0] ? { on: { from: condition[0].from, to: condition.at(-1)!.to } } : {}),
    };
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function kindOf(words: readonly string[], at: number, comma: boolean): JoinItem['kind'] {
  if (at === 0) return 'first';
  if (comma) return 'comma';
  if (words[0] === 'cross') return 'cross';
  if (words[0] === 'left') return 'left';
  return words[0] === 'join' || words[0] === 'inner' ? 'inner' : 'other';
}
