import { clean } from '../clean.ts';
import { text } from './escape.ts';

const keywords = new Set(
  `add after all alter always analyze and any array as asc before begin between bigint boolean by bytea cascade case cast check collate column comment
  commit concurrently conflict constraint create cross current_date current_timestamp database date deallocate decimal default deferrable deferred definer delete desc distinct do
  domain drop each else end enum except exclude execute exists explain extension false filter first for foreign from full function generated grant group having identity if ilike
  immediate in include index initially inner insert instead integer interval into is join json jsonb key language last lateral left like limit lock lock_timeout materialized
  no not notnull nothing null nulls numeric of offset on only or order outer over owner partition policy primary privileges procedure public range references refresh rename
  replace reset restrict returning returns revoke right role rollback row rows schema security select sequence session set set_config share smallint statement stored table temporary text then time timestamp
  timestamptz to transaction trigger true truncate type union unique unlogged update using uuid vacuum valid validate values varchar view virtual when where with within work zone`.split(
    /\s+/,
  ),
);

const token =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(\$([A-Za-z_\u0080-\uFFFF]*)\$[\s\S]*?(?:\$\3\$|$)|[eEbBxXnN]?'(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$))|(\b\d+(?:\.\d+)?\b)|([A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)/g;

/** SQL as HTML with light colours: comments, texts, numbers and key words; the characters stay as they are. */
export function colorSql(sql: string): string {
  const source = clean(sql).trimEnd();
  let html = '';
  let at = 0;
  for (const match of source.matchAll(token)) {
    const [whole, comment, string, , quoted, number, word] = match;
    html += text(source.slice(at, match.index));
    at = match.index + whole.length;
    if (comment !== undefined) html += span('c', whole);
    else if (string !== undefined) html += span('s', whole);
    else if (quoted !== undefined) html += text(whole);
    else if (number !== undefined) html += span('n', whole);
    else html += word !== undefined && keywords.has(word.toLowerCase()) ? span('k', whole) : text(whole);
  }
  return html + text(source.slice(at));
}

function span(name: string, content: string): string {
  return `<span class="${name}">${text(content)}</span>`;
}
