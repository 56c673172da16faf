/** What plans may differ in that no figure can mend: another version, another collation, ends of indexes that nobody asked for. */
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { Snapshot } from '../../../engine/snapshot/model.ts';
import { keyOf } from './indexes.ts';
import { columnTitle } from './placed.ts';
import { unseenStatistics } from './unseen.ts';

interface Here extends Record<string, unknown> {
  readonly provider: 'libc' | 'icu' | 'builtin';
  readonly collate: string;
  readonly ctype: string;
  readonly locale: string | null;
  readonly version: string | null;
}

const localeQuery = (version: number): string => `
  SELECT ${version >= 150_000 ? "CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END" : "'libc'"} AS provider,
         datcollate AS collate, datctype AS ctype, ${version >= 170_000 ? 'datlocale' : version >= 150_000 ? 'daticulocale' : 'NULL'} AS locale,
         ${version >= 150_000 ? 'datcollversion' : 'NULL'} AS version
  FROM pg_catalog.pg_database WHERE datname = current_database()`;

/** What this server, whatever its figures are, may plan otherwise. */
export async function differencesOf(session: Session, snapshot: Snapshot): Promise<readonly NotExact[]> {
  const major = Math.floor(snapshot.source.versionNumber / 10_000);
  const here = Math.floor(session.serverVersion / 10_000);
  return [
    ...(major === here
      ? []
      : [
          {
            what: 'server',
            why: `The twin is PostgreSQL ${here} and production ${major}: their planners differ.`,
          },
        ]),
    ...(await ownAnalyses(session)),
    ...(await localeDifferences(session, snapshot)),
    ...unseenStatistics(snapshot),
    ...snapshot.unseen.flatMap(({ notExact = [], means }) =>
      notExact.map((what) => ({ what, why: sentence(means) })),
    ),
    ...maskedWithValues(snapshot).map((column) => ({
      what: columnTitle(column),
      why: 'Its values are masked: their order is kept, distances between them are not.',
    })),
  ];
}

/** Masked columns of relations that the planner knows values of. */
function maskedWithValues({ masked, columns }: Snapshot): Snapshot['masked'] {
  const known = new Set(columns.map(({ schema, relation }) => keyOf({ schema, name: relation })));
  return masked.filter(({ schema, relation }) => known.has(keyOf({ schema, name: relation })));
}

async function ownAnalyses(session: Session): Promise<readonly NotExact[]> {
  const { rows } = await session.query<{ on: boolean }>("SELECT current_setting('autovacuum')::bool AS on");
  return rows[0]!.on
    ? [
        {
          what: 'setting autovacuum',
          why: 'This server analyses tables by itself, which would replace figures of production by those of empty tables.',
        },
      ]
    : [];
}

async function localeDifferences(session: Session, { locale }: Snapshot): Promise<readonly NotExact[]> {
  const { rows } = await session.query<Here>(localeQuery(session.serverVersion));
  const here = rows[0]!;
  const wanted = locale.provider === 'libc' ? locale.collate : locale.locale;
  const found = here.provider === 'libc' ? here.collate : here.locale;
  // Where the whole locale is another one, whoever made the database tells.
  if (here.provider !== locale.provider || !same(wanted, found) || !same(here.ctype, locale.ctype)) return [];
  return locale.version === undefined || here.version === null || here.version === locale.version
    ? []
    : [
        {
          what: 'collation',
          why: `The twin has version ${here.version} of ${locale.provider}'s ${wanted} and production ${locale.version}: texts may be in another order.`,
        },
      ];
}

/** `C.UTF-8` and `C.utf8` are one locale. */
function same(one: string | null | undefined, other: string | null | undefined): boolean {
  const plain = (text: string | null | undefined): string => (text ?? '').toLowerCase().replaceAll('-', '');
  return plain(one) === plain(other);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
