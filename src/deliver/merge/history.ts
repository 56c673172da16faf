/** What a branch adds to the history of a database, and where it alters what has run already. */
import { baseName, folderOf } from '../../formats/text/lines.ts';
import type { Migration } from '../../formats/model.ts';
import type { Finding } from '../../report/model.ts';
import { normalised, orderOf } from '../../runner/folder.ts';
import { edited, gone, wayBackEdited } from './altered.ts';
import type { Added, History, Line, Side } from './model.ts';
import { isRepeated, orderFindings, placedFindings, type Placed } from './order.ts';

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
    const repeats = isRepeated(now) || runsOnChange(now, line.files);
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

/** Liquibase's changesets may say that they are meant to be edited. */
function runsOnChange(
  { id, file }: Migration,
  files: Extract<Line, { kind: 'migrations' }>['files'],
): boolean {
  return (files.get(file)?.text ?? '').split('\n').some((line) => {
    const [, name, attributes = ''] = /^\s*--\s*changeset\s+(\S+)(.*)$/i.exec(line) ?? [];
    return name === id && /\brun(?:OnChange|Always)\s*:\s*"?true/i.test(attributes);
  });
}
