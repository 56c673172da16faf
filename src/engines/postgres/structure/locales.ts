import type { CollationLocale } from '../../../engine/launch/model.ts';
import type { DatabaseLocale } from '../../../engine/snapshot/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { LocaleChoice } from '../../../engine/structure/model.ts';
import type { LeftOut } from './runner.ts';

/** Names of the C library's locales that sort by code point. */
const plain = /^(?:C|POSIX)$/i;
const plainUtf8 = /^C\.utf-?8$/i;

/** Ways to make a database of a locale, the original's own first; servers and machines differ in what they have. */
export function localesOf(locale: DatabaseLocale, encoding: string): readonly LocaleChoice[] {
  const { provider, collate, ctype } = locale;
  const rules = locale.rules ? { rules: locale.rules } : {};
  const name = locale.locale ?? collate;
  const own: CollationLocale = { provider, locale: name, collate, ctype, ...rules, encoding };
  const classes = `text is sorted as there; characters are classified by C.UTF-8 instead of ${ctype}, which this machine lacks`;
  const withPlain = (choice: CollationLocale): readonly LocaleChoice[] =>
    ['C.UTF-8', 'C'].map((other) => ({
      locale: { ...choice, collate: other, ctype: other, encoding },
      why: classes.replace('C.UTF-8', other),
      sorts: true,
    }));
  const last: LocaleChoice = {
    locale: { provider: 'libc', locale: 'C', ctype: 'C', encoding },
    why: `text is sorted by code point: ${name} of ${providers[provider]} is not available here`,
    sorts: plain.test(collate) && provider === 'libc',
  };
  const unicode: LocaleChoice = {
    locale: { provider: 'libc', locale: 'C.UTF-8', encoding },
    why: `text is sorted by code point: ${name} of ${providers[provider]} is not available here`,
    sorts: plainUtf8.test(collate),
  };
  if (provider !== 'libc') return [{ locale: own, sorts: true }, ...withPlain({ ...own }), unicode, last];
  const names = spellings(collate).flatMap((one) =>
    spellings(ctype).map((other) => ({
      locale: { ...own, locale: one, collate: one, ctype: other },
      sorts: true,
    })),
  );
  const language = tagOf(collate);
  return [
    ...names,
    ...(language === undefined
      ? []
      : withPlain({ provider: 'icu', locale: language, encoding }).map((choice) => ({
          ...choice,
          why: `text is sorted by ICU's ${language}: ${collate} of the C library is not available here, and some strings sort otherwise`,
          sorts: false,
        }))),
    ...(plain.test(collate)
      ? [
          {
            locale: { provider: 'libc' as const, locale: collate, collate, ctype: 'C.UTF-8', encoding },
            why: classes,
            sorts: true,
          },
        ]
      : [unicode]),
    last,
  ];
}

const providers = { libc: 'the C library', icu: 'ICU', builtin: 'the server' } as const;

/** Machines spell the same encoding in several ways. */
function spellings(name: string): readonly string[] {
  return [...new Set([name, name.replace(/\.utf-?8$/i, '.utf8'), name.replace(/\.utf-?8$/i, '.UTF-8')])];
}

/** `de_AT.UTF-8` → `de-AT`. */
function tagOf(name: string): string | undefined {
  const found = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:[.@]|$)/.exec(name);
  return found ? [found[1], found[2]].filter(Boolean).join('-') : undefined;
}

/** Libraries that sort text change it from version to version. */
export async function versionLost(
  session: Session,
  locale: DatabaseLocale | undefined,
): Promise<readonly LeftOut[]> {
  if (locale?.version === undefined || session.serverVersion < 150_000) return [];
  const { rows } = await session.query<{ provider: string; version: string | null }>(
    'SELECT datlocprovider::text AS provider, datcollversion AS version FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()',
  );
  const { provider, version } = rows[0]!;
  return locale.provider[0] === (provider === 'c' ? 'l' : provider) &&
    version !== null &&
    version !== locale.version
    ? [
        {
          path: 'locale version',
          why: `${providers[locale.provider]} sorts by version ${locale.version} there and by ${version} here: some strings may sort otherwise`,
        },
      ]
    : [];
}
