/** What a branch adds to the history of a database, and where it alters what has run already. */
import { baseName, folderOf } from '../../formats/text/lines.ts';
import type { Migration } from '../../formats/model.ts';
import { startOf } from '../../render/issues.ts';
import type { Finding } from '../../report/model.ts';
import { normalised, orderOf } from '../../runner/folder.ts';
import type { Added, History, Line, Side } from './model.ts';

/** Compares the merge result with the base. `enforced` tells that a runner of dbd's own refuses what is out of order. */
export function historyOf(base: Side, merged: Side, baseName_: string, enforced: boolean): History {
  const added: Added[] = [];
  const findings: Finding[] = [];
  const keys = new Set([...base.lines, ...merged.lines].map(keyOf));
  for (const key of keys) {
    const before = base.lines.find((line) => keyOf(line) === key);
    const line = merged.lines.find((one) => keyOf(one) === key) ?? emptied(before!);
    const told =
      line.kind === 'migrations'
        ? compareMigrations(before, line, base, merged, baseName_)
        : compareChanges(before, line, base, merged, baseName_, enforced);
    findings.push(...told.findings);
    const { migrations, folders, programs } = told.added;
    if (migrations.length + folders.length + programs.length > 0)
      added.push({ line, ...(before ? { before } : {}), migrations, folders, programs });
  }
  return { added, findings };
}

const keyOf = ({ kind, root }: Line): string => `${kind} ${root}`;

function emptied(line: Line): Line {
  return line.kind === 'migrations' ? { ...line, migrations: [], programs: [] } : { ...line, folders: [] };
}

interface Told {
  readonly added: Pick<Added, 'migrations' | 'folders' | 'programs'>;
  readonly findings: readonly Finding[];
}

function compareMigrations(
  before: Line | undefined,
  line: Extract<Line, { kind: 'migrations' }>,
  base: Side,
  merged: Side,
  into: string,
): Told {
  const old = before?.kind === 'migrations' ? before : undefined;
  const findings: Finding[] = [];
  const was = new Map((old?.migrations ?? []).map((one) => [nameOf(one), one]));
  const is = new Map(line.migrations.map((one) => [nameOf(one), one]));
  const added: Migration[] = [];
  for (const [name, now] of is) {
    const then = was.get(name);
    const repeats = isRepeated(now);
    if (!then) {
      if (now.up.length > 0) added.push(now);
    } else if (textOf(then.up) !== textOf(now.up)) {
      if (repeats) added.push(now);
      else findings.push(edited(now.file, into));
    } else if (textOf(then.down) !== textOf(now.down)) findings.push(wayBackEdited(now.file, into));
  }
  const renamed = new Set<string>();
  for (const [name, then] of was)
    if (!is.has(name)) {
      const moved = added.find((now) => textOf(now.up) === textOf(then.up) && then.up.length > 0);
      if (moved) renamed.add(moved.file);
      findings.push(gone(then.file, moved?.file, into));
    }
  const oldPrograms = new Set(old?.programs);
  const programs = line.programs.filter((path) => !oldPrograms.has(path));
  for (const path of old?.programs ?? []) {
    const now = merged.hashes.get(path);
    if (now === undefined) findings.push(gone(path, undefined, into));
    else if (now !== base.hashes.get(path)) findings.push(edited(path, into));
  }
  return {
    added: { migrations: added, folders: [], programs },
    findings: [
      ...findings,
      ...orderFindings(
        old?.migrations ?? [],
        added.filter(({ file }) => !renamed.has(file)),
        into,
      ),
    ],
  };
}

function compareChanges(
  before: Line | undefined,
  line: Extract<Line, { kind: 'changes' }>,
  base: Side,
  merged: Side,
  into: string,
  enforced: boolean,
): Told {
  const old = before?.kind === 'changes' ? before.folders : [];
  const findings: Finding[] = [];
  const hashesOf = (side: Side, folder: string): string =>
    [...side.hashes]
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map((entry) => entry.join(' '))
      .toSorted()
      .join('\n');
  const added = line.folders.filter((folder) => !old.includes(folder));
  for (const folder of old) {
    if (!line.folders.includes(folder)) findings.push(gone(firstFile(base, `${folder}/up`), undefined, into));
    else if (hashesOf(base, `${folder}/up`) !== hashesOf(merged, `${folder}/up`))
      findings.push(edited(firstFile(merged, `${folder}/up`), into));
    else if (hashesOf(base, `${folder}/down`) !== hashesOf(merged, `${folder}/down`))
      findings.push(wayBackEdited(firstFile(merged, `${folder}/down`), into));
  }
  const named = (folder: string): Placed => ({
    file: firstFile(merged, `${folder}/up`),
    name: baseName(folder),
    version: orderOf(baseName(folder)),
    order: baseName(folder),
    place: folderOf(folder),
  });
  return {
    added: { migrations: [], folders: added, programs: [] },
    findings: [
      ...findings,
      ...placedFindings(old.map(named), added.map(named), into, () => (enforced ? 'error' : 'warning')),
    ],
  };
}

function firstFile(side: Side, folder: string): string {
  return [...side.hashes.keys()].filter((path) => path.startsWith(`${folder}/`)).toSorted()[0] ?? folder;
}

/** Changesets of one file are told apart by their ids. */
const nameOf = ({ file, id, up }: Migration): string => `${file}\n${id}\n${up.length > 0 ? 'up' : 'down'}`;

function textOf(parts: Migration['up']): string {
  return normalised(parts.map(({ sql }) => sql).join('\n'));
}

/** Flyway's repeatable scripts and Liquibase's `runOnChange` are meant to be edited. */
function isRepeated({ file, id }: Migration): boolean {
  return baseName(file).startsWith('R__') && id.startsWith('R ');
}

interface Placed {
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

function orderFindings(
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

function placedFindings(
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

function edited(file: string, into: string): Finding {
  return {
    rule: 'migration-edited',
    severity: 'error',
    place: file,
    span: startOf(file),
    message: `${file} is on ${into} already, and does something else here.`,
    why: 'Databases that have run it do not get the edit, or refuse it.',
    instead: 'Leave it as it was, and add a migration that follows.',
  };
}

function gone(file: string, moved: string | undefined, into: string): Finding {
  return {
    rule: moved === undefined ? 'migration-deleted' : 'migration-renamed',
    severity: 'error',
    place: file,
    span: startOf(moved ?? file),
    message:
      moved === undefined
        ? `${file} is on ${into}, and is gone here.`
        : `${file} is on ${into}, and is called ${moved} here.`,
    why:
      moved === undefined
        ? 'Databases that have run it keep what it did; new ones do not get it.'
        : 'Tools know migrations by their names, and run it a second time.',
    instead: 'Put it back; take away what it did with a migration that follows.',
  };
}

function wayBackEdited(file: string, into: string): Finding {
  return {
    rule: 'way-back-edited',
    severity: 'warning',
    place: file,
    span: startOf(file),
    message: `The way back of ${file}, which is on ${into}, was altered; it was not rehearsed here.`,
  };
}
