/** Literals and comments of SQL texts: what belongs to a private column gets the substitute that its values get. */
import type { Grammar, TextPiece } from '../../engine/grammar/model.ts';
import { looksPrivate } from './private-values.ts';
import { translated, type Domain, type Leaves } from './domain.ts';
import { telling } from './leaves.ts';

/** Columns that a text can mean by a bare name; those that are not private have no domain. */
export type SqlScope = ReadonlyMap<string, Domain | undefined>;

export interface SqlRules {
  /** Cuts a text into its tokens. */
  readonly scan: Grammar['scan'];
  /** Whether it is a text of a private column. */
  readonly known: (text: string) => boolean;
  /** Whether a text stands in the file in any case: labels, values of columns that are not private. */
  readonly open?: (text: string) => boolean;
  /** What happens to a literal that no column stands beside. */
  readonly strangers: 'keep' | 'replace';
  readonly comments: 'keep' | 'drop';
  /** All literals belong to this column, which the text does not name. */
  readonly every?: Domain;
}

/** Words after which a new condition begins. */
const bounds = new Set(
  'and or where when on having set values from select returning using check default into join group order limit union with as'.split(
    ' ',
  ),
);

/** Literals of these types are words of the language, no values. */
const technical =
  /^\s*::\s*(?:pg_catalog\.)?"?(?:regclass|regconfig|regproc|regprocedure|regtype|regnamespace|interval|regdictionary)\b/i;
/** The first argument of these functions is a word of the language. */
const named =
  /(?:\b(?:interval|nextval\s*\(|currval\s*\(|setval\s*\(|date_trunc\s*\(|date_part\s*\(|extract\s*\(|to_tsvector\s*\(|to_tsquery\s*\(|set_config\s*\(|current_setting\s*\(|at time zone)|\btimezone\s*\()\s*$/i;
const plainWord =
  /^(?:|on|off|true|false|t|f|yes|no|default|utc|gmt|utf-?8|iso(?:, ?\w+)?|none|all|[\d.]+ ?(?:us|ms|s|min|h|d|[kmgt]?b)?|-?\d+(?:\.\d+)?)$/i;

/** What a CASE gives may be a label, which stays. */
const chosenBefore = /\b(?:then|else)\s*$/i;
const otherCast = /^\s*::\s*(?!(?:pg_catalog\.)?"?(?:text|character|varchar|bpchar|citext)\b)/i;

/** Before a value that `format` puts into dynamic SQL. */
const inserts = /%\d*\$?[Ls][^']*'(?:\s*,\s*(?:'[^']*'|[\w.]+))*\s*,\s*$/;

/** A text with its literals replaced, as far as they are private. */
export function maskSql(sql: string, scope: SqlScope, leaves: Leaves, rules: SqlRules): string {
  const numbers =
    rules.every?.kind === 'scalar' || [...scope.values()].some((domain) => domain?.kind === 'scalar');
  // Most definitions hold neither a literal nor a comment.
  if (!/'|\$|--|\/\*/.test(sql) && !(numbers && /\d/.test(sql))) return sql;
  const pieces = rules.scan(sql);
  const { every } = rules;
  const around = every ? pieces.map(() => ({ domain: every, open: false })) : columnsAround(pieces, scope);
  let [done, made] = ['', ''];
  for (const [at, piece] of pieces.entries()) {
    const rest = (): string =>
      pieces
        .slice(at + 1, at + 8)
        .map(({ text }) => text)
        .join('');
    let text = piece.text;
    if (piece.kind === 'comment')
      text = rules.comments === 'keep' ? freeText(text, leaves, rules.known) : keptComment(text);
    else if (piece.kind === 'string' && text.startsWith('$')) text = dollar(text, scope, leaves, rules);
    else if (piece.kind === 'string')
      text = stringLiteral(
        text,
        around[at]!,
        { before: done.slice(-300), after: rest() },
        leaves,
        rules,
        scope,
      );
    else if (piece.kind === 'number' && /^\d+(?:\.\d+)?$/.test(text))
      text = numberLiteral(text, around[at]!, done.slice(-80), rest(), leaves);
    done += piece.text;
    made += text;
  }
  return made;
}

/** Longest name of a person, or title, that is looked for in a text, words. */
const mostWords = 4;

/** A text for people: addresses, accounts and known values of private columns are replaced wherever they stand. */
export function freeText(text: string, leaves: Leaves, known: (text: string) => boolean): string {
  const phones = text.replaceAll(/(?<![\p{L}\p{N}])\+?\(?\d[\d ()./-]{6,20}\d(?![\p{L}\p{N}])/gu, (number) =>
    looksPrivate([number]) ? leaves.text(number) : number,
  );
  const parts = phones.split(/([\p{L}\p{N}+@._%'-]+)/u);
  let made = '';
  for (let at = 0; at < parts.length; at++) {
    if (at % 2 === 0) {
      made += parts[at]!;
      continue;
    }
    let taken: string | undefined;
    for (let words = mostWords; words > 0 && taken === undefined; words--) {
      const end = at + 2 * words - 1;
      if (end > parts.length) continue;
      const whole = parts.slice(at, end).join('');
      const bare = whole.replace(/[._'-]+$/, '');
      if (bare.length < telling || !(known(bare) || (words === 1 && looksPrivate([bare])))) continue;
      taken = leaves.text(bare) + whole.slice(bare.length);
      at = end - 1;
    }
    made += taken ?? parts[at]!;
  }
  return made;
}

interface Beside {
  /** Of the column that it belongs to, or of another one in the condition. */
  readonly domain?: Domain;
  /** It belongs to a column that is not private. */
  readonly open: boolean;
}

/** For each piece the columns of the condition that it stands in. */
function columnsAround(pieces: readonly TextPiece[], scope: SqlScope): readonly Beside[] {
  const around: Beside[] = [];
  let from = 0;
  let between = false;
  const nameOf = ({ kind, text }: TextPiece): string | undefined => {
    const name =
      kind === 'quoted'
        ? text.slice(1, -1).replaceAll('""', '"')
        : kind === 'word'
          ? text.toLowerCase()
          : undefined;
    return name !== undefined && scope.has(name) ? name : undefined;
  };
  const close = (to: number): void => {
    const names = pieces.slice(from, to).map(nameOf);
    const known = names.filter((name) => name !== undefined);
    const hidden = known.map((name) => scope.get(name)).find((domain) => domain !== undefined);
    // A literal belongs to the column before it, or else to the first one behind.
    let nearest = known[0];
    for (const name of names) {
      nearest = name ?? nearest;
      const own = nearest === undefined ? undefined : scope.get(nearest);
      const domain = own ?? hidden;
      around.push({ ...(domain ? { domain } : {}), open: nearest !== undefined && !own });
    }
    from = to;
  };
  for (const [at, { kind, text }] of pieces.entries()) {
    const word = kind === 'word' ? text.toLowerCase() : text === ';' ? 'where' : '';
    if (word === 'between') between = true;
    else if (word === 'and' && between) between = false;
    else if (bounds.has(word)) close(at);
  }
  close(pieces.length);
  return around;
}

function stringLiteral(
  text: string,
  { domain, open }: Beside,
  place: { readonly before: string; readonly after: string },
  leaves: Leaves,
  rules: SqlRules,
  scope: SqlScope,
): string {
  const { value, write } = literal(text);
  const isPrivate = looksPrivate([value]) !== undefined;
  // Dynamic SQL, and calls that were written as a text.
  if (value.includes("'") && /\b(?:select|update|insert|delete|merge)\b/i.test(value))
    return write(maskSql(value, scope, leaves, { ...rules, strangers: 'keep' }));
  if (chosenBefore.test(place.before) && otherCast.test(place.after)) return text;
  const regular = /[^~]~\*?\s*$/.test(place.before);
  if (
    !isPrivate &&
    (technical.test(place.after) || named.test(place.before) || (regular && !rules.known(value)))
  )
    return text;
  const inserted = inserts.test(place.before) ? formatted(place.before, scope) : undefined;
  if (inserted) return write(constant(inserted, value, leaves, false) ?? leaves.text(value));
  const like = /(?:~~\*?|\b(?:i?like|similar\s+to))\s*$/i.test(place.before);
  if (domain && !open) return write(constant(domain, value, leaves, like) ?? leaves.text(value));
  if (isPrivate || (value.length >= telling && (!open || domain) && rules.known(value)))
    return write(leaves.text(value));
  if (open || rules.strangers === 'keep' || plainWord.test(value) || rules.open?.(value)) return text;
  return write(stranger(value, leaves));
}

/** The private column that the pattern of `format` names. */
function formatted(before: string, scope: SqlScope): Domain | undefined {
  for (const [word] of before.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)) {
    const domain = scope.get(word.toLowerCase());
    if (domain) return domain;
  }
  return undefined;
}

/** A value that nobody can be asked about keeps its form, so that the statement stays one. */
export function stranger(value: string, leaves: Leaves): string {
  const hex = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(value);
  return (hex ? translated({ kind: 'hex' }, value, leaves, false) : undefined) ?? leaves.text(value);
}

function numberLiteral(
  text: string,
  { domain, open }: Beside,
  before: string,
  after: string,
  leaves: Leaves,
): string {
  const compared =
    /[=<>]\s*\(?-?$/.test(before) || /^\s*\)?\s*[=<>]/.test(after) || /\bbetween\s*$/i.test(before);
  if (domain?.kind !== 'scalar' || open || !compared) return text;
  return translated(domain, text, leaves, false) ?? text;
}

/** A constant that a column is compared with: a value, a pattern, or several values as an array. */
export function constant(domain: Domain, value: string, leaves: Leaves, like: boolean): string | undefined {
  if (domain.kind === 'text' && (like || value.endsWith('%')))
    return value
      .split(/(\\.|[%_])/)
      .map((part) => (part === '' || /^(?:\\.|[%_])$/.test(part) ? part : leaves.text(part)))
      .join('');
  if (domain.kind === 'array')
    return translated(domain, value, leaves, false) ?? translated(domain.of, value, leaves, false);
  if (domain.kind === 'range')
    return translated(domain, value, leaves, false) ?? translated(domain.of, value, leaves, false);
  if (domain.kind !== 'text' && domain.kind !== 'json' && value.startsWith('{'))
    return translated({ kind: 'array', of: domain }, value, leaves, false);
  return translated(domain, value, leaves, false);
}

/** The value of a string, and how another one is written in its place; one that was cut off stays open. */
function literal(text: string): { readonly value: string; readonly write: (value: string) => string } {
  const start = text.indexOf("'");
  const prefix = text.slice(0, start);
  const escapes = /^e$/i.test(prefix);
  const ended = text.length > start + 1 && text.endsWith("'");
  const inner = text.slice(start + 1, ended ? -1 : undefined).replaceAll("''", "'");
  return {
    value: escapes ? inner.replaceAll(/\\([\s\S])/g, '$1') : inner,
    write: (value) => {
      const quoted = value.replaceAll("'", "''");
      return `${prefix.endsWith('&') ? '' : prefix}'${escapes ? quoted.replaceAll('\\', '\\\\') : quoted}${ended ? "'" : ''}`;
    },
  };
}

function dollar(text: string, scope: SqlScope, leaves: Leaves, rules: SqlRules): string {
  const tag = /^\$[^$]*\$/.exec(text)![0];
  const ended = text.length >= tag.length * 2 && text.endsWith(tag);
  const body = text.slice(tag.length, ended ? -tag.length : undefined);
  return `${tag}${maskSql(body, scope, leaves, { ...rules, strangers: 'keep' })}${ended ? tag : ''}`;
}

/** Names of queries stay; everything else in a comment may tell who asked. */
function keptComment(text: string): string {
  const name = /name:\s*([\p{L}_][\p{L}\p{N}_.-]{0,62})/u.exec(text)?.[1];
  return name === undefined || looksPrivate([name])
    ? ''
    : text.startsWith('--')
      ? `-- name: ${name}`
      : `/* name: ${name} */`;
}
