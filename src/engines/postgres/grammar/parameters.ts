import { SqlError } from '../../../base/error.ts';
import { lex } from './lex.ts';

/** A text whose `:name` parameters are numbered. */
export interface Numbered {
  readonly sql: string;
  /** Name of `$1`, `$2` …; a name used twice keeps its number. */
  readonly names: readonly string[];
  /** Offset in the original text, from an offset in `sql`, both in characters. */
  toOriginal(at: number): number;
}

/** Replaces `:name` by `$1…`; a text that uses `$1…` itself keeps them, named `1`, `2` …; a mixture is a `sql.syntax` error. */
export function number(sql: string): Numbered {
  const tokens = lex(sql).filter(({ kind }) => kind === 'parameter' || kind === 'numbered');
  const named = tokens.filter(({ kind }) => kind === 'parameter');
  const own = tokens.find(({ kind }) => kind === 'numbered');
  if (named.length === 0)
    return { sql, names: ownNames(tokens.map(({ text }) => text)), toOriginal: (at) => at };
  if (own)
    throw new SqlError('sql.syntax', `The SQL text mixes ${named[0]!.text} with ${own.text}.`, sql, {
      sqlstate: '42601',
      position: own.from + 1,
    });
  const names: string[] = [];
  const edges: { readonly at: number; readonly original: number }[] = [];
  let text = '';
  let from = 0;
  for (const token of named) {
    const name = token.text.slice(1);
    if (!names.includes(name)) names.push(name);
    text += `${sql.slice(from, token.from)}$${names.indexOf(name) + 1}`;
    from = token.to;
    edges.push({ at: text.length, original: from });
  }
  const toOriginal = (at: number): number => {
    const edge = edges.findLast((candidate) => candidate.at <= at);
    return edge ? edge.original + at - edge.at : at;
  };
  return { sql: text + sql.slice(from), names, toOriginal };
}

function ownNames(texts: readonly string[]): readonly string[] {
  const highest = Math.max(0, ...texts.map((text) => Number(text.slice(1))));
  return Array.from({ length: highest }, (_, index) => String(index + 1));
}
