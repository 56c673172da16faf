/** Passwords in SQL texts and connection strings: they never reach a file, whatever is masked. */
import type { CapturedStatement, Grammar, Snapshot } from '../../engine/model.ts';
import { mapCatalogTexts } from './catalog-texts.ts';

/** What stands in a password's place. */
const gone = '***';

/** Literals inside literals are looked into so deep: dynamic SQL in a routine's body. */
const deepest = 4;

const mentions = /passw|passphrase|secret|:\/\/[^\s/@:]*:[^\s/@]*@/i;

/** Words before a literal that is a password: `PASSWORD 'x'`, `password => 'x'`, `OPTIONS (password 'x')`. */
const before = /\b(?:ssl)?passw(?:or)?d"?\s*(?:=>|:=)?\s*$/i;

/** Parts of a connection string (manual, 34.1.1): `password=x`, `password='x y'`, `postgres://user:x@host`; and of a JSON document. */
const keyword =
  /\b((?:ssl)?passw(?:or)?d|passphrase|client_secret|secret_access_key)(\s*=\s*)(?:'(?:[^'\\]|\\[\s\S])*'|[^\s'"&;,)%]+)/gi;
const address = /(:\/\/[^\s/@:'"]*:)[^\s/@'"]+(?=@)/g;
const json = /("(?:[a-z_]*passw(?:or)?d|passphrase|client_secret)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** The snapshot without passwords in its statements, their sampled values, and its definitions. */
export function withoutSecrets(snapshot: Snapshot, scan: Grammar['scan']): Snapshot {
  const { workload, catalog, settings } = snapshot;
  return {
    ...snapshot,
    catalog: mapCatalogTexts(catalog, (text) => withoutPasswords(text, scan)),
    settings: settings.map((one) => ({ ...one, value: inText(one.value) })),
    workload: {
      ...workload,
      statements: workload.statements.map((one): CapturedStatement => ({
        ...one,
        sql: withoutPasswords(one.sql, scan),
        samples: one.samples.map((row) => row.map((value) => (value === null ? null : inText(value)))),
      })),
    },
  };
}

/** A SQL text without the passwords that its literals hold; everything else stays as it was written. */
export function withoutPasswords(sql: string, scan: Grammar['scan'], depth = 0): string {
  // Nearly no text has one.
  if (depth > deepest || !mentions.test(sql)) return sql;
  let done = '';
  let made = '';
  for (const { kind, text } of scan(sql)) {
    if (kind === 'string' && text.startsWith('$')) {
      const tag = /^\$[^$]*\$/.exec(text)![0];
      const ended = text.length >= tag.length * 2 && text.endsWith(tag);
      const inner = text.slice(tag.length, ended ? -tag.length : undefined);
      made += before.test(done.slice(-60))
        ? `'${gone}'`
        : `${tag}${withoutPasswords(inner, scan, depth + 1)}${ended ? tag : ''}`;
    } else if (kind === 'string') {
      const start = text.indexOf("'");
      const ended = text.length > start + 1 && text.endsWith("'");
      const inner = text.slice(start + 1, ended ? -1 : undefined).replaceAll("''", "'");
      const clean = before.test(done.slice(-60)) ? gone : withoutPasswords(inText(inner), scan, depth + 1);
      made +=
        clean === inner
          ? text
          : `${text.slice(0, start + 1)}${clean.replaceAll("'", "''")}${ended ? "'" : ''}`;
    } else made += kind === 'comment' ? inText(text) : text;
    done = (done + text).slice(-200);
  }
  return made;
}

/** A text of any kind without the passwords of connection strings and documents in it. */
function inText(text: string): string {
  return mentions.test(text)
    ? text
        .replaceAll(keyword, (whole, key: string, sign: string) =>
          /^\$\d+$/.test(whole.slice(key.length + sign.length)) ? whole : `${key}${sign}${gone}`,
        )
        .replaceAll(address, `$1${gone}`)
        .replaceAll(json, `$1"${gone}"`)
    : text;
}
