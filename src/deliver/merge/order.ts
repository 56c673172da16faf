/** Whether new migrations come behind those that have run, under versions of their own. */
import type { Migration } from '../../formats/model.ts';
import { baseName, folderOf } from '../../formats/text/lines.ts';
import { startOf } from '../../render/issues.ts';
import type { Finding } from '../../report/model.ts';

/** Flyway's repeatable scripts are meant to be edited. */
export function isRepeated({ file, id }: Migration): boolean {
  return baseName(file).startsWith('R__') && id.startsWith('R ');
}

/** A migration with its place among the others. */
export interface Placed {
  readonly file: string;
  readonly name: string;
  /** Number or time; undefined where there is none. */
  readonly version: string | undefined;
  readonly order: string;
  /** Folder whose versions must differ. */
  readonly place: string;
}

/** Tools that leave out, or refuse, what comes before something that has run. */
const strict: readonly RegExp[] = [/(?:^|\/)[VU][\d._]+__[^/]+\.sql$/, /(?:^|\/)\d+_[^/]+\.up\.sql$/];

/** Findings about the order of migrations; `into` is what the base is called. */
export function orderFindings(
  old: readonly Migration[],
  added: readonly Migration[],
  into: string,
): readonly Finding[] {
  const placed = (one: Migration): Placed[] =>
    one.up.length === 0 || isRepeated(one)
      ? []
      : [
          {
            file: one.file,
            name: baseName(one.file) === 'migration.sql' ? one.id : baseName(one.file),
            version: versionOf(one),
            order: one.order,
            place: baseName(one.file) === 'migration.sql' ? folderOf(folderOf(one.file)) : folderOf(one.file),
          },
        ];
  return placedFindings(old.flatMap(placed), added.flatMap(placed), into, (file) =>
    strict.some((form) => form.test(file)) ? 'error' : 'warning',
  );
}

/** `2.1` of `V2_1__x.sql`, `20260101` of `20260101_x.sql`; zeros in front and behind make no other version. */
function versionOf({ file, id }: Migration): string | undefined {
  // Changesets are `author:id`, and have no order but that of their changelog.
  if (id.includes(':')) return undefined;
  const found = /^[VB]([\d._]+)__/.exec(baseName(file))?.[1] ?? /^\d+/.exec(baseName(id))?.[0];
  const own = found ?? /^\d+/.exec(baseName(file))?.[0];
  return own === undefined
    ? undefined
    : own
        .replaceAll('_', '.')
        .split('.')
        .map((part) => part.replace(/^0+(?=\d)/, ''))
        .join('.')
        .replace(/(?:\.0)+$/, '');
}

/** The same of anything that has a version; `lateness` says how grave it is to come late. */
export function placedFindings(
  old: readonly Placed[],
  added: readonly Placed[],
  into: string,
  lateness: (file: string) => 'error' | 'warning',
): readonly Finding[] {
  return added.flatMap((one, at): Finding[] => {
    const others = [...old, ...added.slice(0, at)].filter(
      (other) => other.place === one.place && other.file !== one.file,
    );
    const same = others.find(({ version }) => one.version !== undefined && version === one.version);
    if (same)
      return [
        {
          rule: 'version-taken',
          severity: 'error',
          place: one.file,
          span: startOf(one.file),
          message: `${one.name} has the version ${one.version} of ${same.name}${old.includes(same) ? `, which ${into} has already` : ''}.`,
          why: 'Tools take the second one for the first, or refuse both.',
          instead: 'Give it a new number or time.',
        },
      ];
    const newest = old
      .filter(({ place }) => place === one.place)
      .toSorted((a, b) => (a.order < b.order ? -1 : 1))
      .at(-1);
    if (newest && one.version !== undefined && one.order < newest.order)
      return [
        {
          rule: 'migration-out-of-order',
          severity: lateness(one.file),
          place: one.file,
          span: startOf(one.file),
          message: `${one.name} comes before ${newest.name}, which ${into} has already.`,
          why: 'Where the later one has run, this one is left out, refused, or run after it: databases get two different histories.',
          instead: `Give it a number or time after ${newest.name}.`,
        },
      ];
    return [];
  });
}
