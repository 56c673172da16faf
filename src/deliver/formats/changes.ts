/** Migrations of other tools as changes. */
import { fail } from '../../base/error.ts';
import { unitsOf } from '../../apply/units.ts';
import { hash } from '../../base/hash.ts';
import { plural } from '../../base/text.ts';
import { changeFiles } from '../../change/files.ts';
import type { Change, ChangeFile, Phase, PhaseName, Step } from '../../change/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Migration, Part, Read } from '../../formats/model.ts';
import { baseName, folderOf } from '../../formats/text/lines.ts';
import { normalised } from '../../runner/folder.ts';
import { markedOf, originOf, type Origin } from './origin.ts';
import { placed, type Placed } from './transactions.ts';

/** A change with its files and where it comes from. */
export interface Imported {
  /** Name of its folder. */
  readonly id: string;
  readonly change: Change;
  readonly files: readonly ChangeFile[];
  readonly from: readonly string[];
  /** It was written by `dbd export`: whether its files upward are again what they were. */
  readonly same?: boolean;
  readonly notes: readonly string[];
}

/** Longest wait for a lock where the file tells none, milliseconds. */
const lockTimeoutMs = 2000;

interface Built {
  readonly name: string;
  readonly file: string;
  readonly origin?: Origin;
  readonly steps: readonly Step[];
  /** The way back of what dbd has written out. */
  readonly down: readonly Placed[];
  readonly notes: readonly string[];
}

/** The changes of migrations in their order. Throws `sql.syntax` and `change.refused`, naming the file. */
export function changesOf(engine: Engine, read: Read): readonly Imported[] {
  const unread = read.migrations.flatMap(({ file, unread: those }) =>
    those.map(({ what }) => `- ${file}: ${what}`),
  );
  if (unread.length > 0)
    fail('change.refused', `Not everything can be read as SQL; nothing was written.\n${unread.join('\n')}`, {
      hint: 'Let the tool print its SQL, or rehearse it as it is: dbd rehearse -- with its own command.',
    });
  const built = merged(read.migrations).map((migration) => build(engine, migration, read));
  const groups: Built[][] = [];
  for (const each of built) {
    const last = groups.at(-1);
    if (last && each.origin && last[0]!.origin?.change === each.origin.change) last.push(each);
    else groups.push([each]);
  }
  const names = namesOf(groups.map(([first]) => first!.origin?.change ?? first!.name));
  return groups.map((group, at) => imported(group, names[at]!));
}

/** Ways back that stand in files of their own join their ways there. */
function merged(migrations: readonly Migration[]): readonly Migration[] {
  const back = migrations.filter(({ up, down }) => up.length === 0 && down.length > 0);
  const used = new Set<Migration>();
  const there = migrations
    .filter(({ up }) => up.length > 0)
    .map((migration): Migration => {
      const own = back.find(
        ({ id, file }) => id === migration.id && folderOf(file) === folderOf(migration.file),
      );
      if (!own || migration.down.length > 0) return migration;
      used.add(own);
      return {
        ...migration,
        down: own.down.map((part) => ({ ...part, file: own.file })),
        transactionBack: own.transaction,
      };
    });
  for (const alone of back)
    if (!used.has(alone))
      fail('change.refused', `${alone.file} is a way back without a way there.`, {
        hint: 'Give the folder that holds both.',
      });
  return there;
}

function build(engine: Engine, migration: Migration, read: Read): Built {
  const { file, transaction, aloneOutside } = migration;
  const text = read.files.get(file)?.text ?? '';
  const changesets = /^\s*--\s*liquibase formatted sql/i.test(text);
  const knex = /\.[cm]?[jt]s$/.test(file) && /\bknex\b/i.test(text);
  const shared = aloneOutside === undefined ? { knex } : { knex, aloneOutside };
  const origin = originOf(changesets ? (migration.up[0]?.sql ?? '') : text);
  const up = placed(engine, migration.up, file, { transaction, ...shared });
  const back = changesets ? joined(migration.down) : migration.down;
  const down = placed(engine, back, file, {
    transaction: migration.transactionBack ?? transaction,
    ...shared,
  });
  const name = changesets
    ? migration.id
    : baseName(file) === 'migration.sql'
      ? migration.id
      : baseName(file).replace(/(?:\.up)?\.\w+$/, '');
  const own = up.map(({ sql }) => markedOf(sql));
  if (
    origin &&
    own.every(({ step, continues, nothing }) => nothing || step !== undefined || continues !== undefined)
  ) {
    const known = !/(?:^|\/)migration\.sql$/.test(file) && !text.includes('--> statement-breakpoint');
    return { name, file, origin, steps: restored(up, origin, known), down, notes: [] };
  }
  return { name, file, down: [], ...foreign(file, up, down) };
}

/** Lines of a rollback are one text. */
function joined(parts: readonly Part[]): readonly Part[] {
  const [first] = parts;
  return first ? [{ ...first, sql: parts.map(({ sql }) => sql).join('\n') }] : [];
}

/** Ways back of a change that dbd itself has written out, by step; later scripts are taken back first. */
function undosOf(group: readonly Built[]): ReadonlyMap<string, Pick<Step, 'undo' | 'undoOutside'>> {
  const undos = new Map<string, { undo: string; undoOutside?: boolean }>();
  let last: string | undefined;
  for (const { transaction, sql: text } of group.toReversed().flatMap(({ down }) => down)) {
    const { sql, undo = last, unknown } = markedOf(text);
    last = undo;
    if (undo === undefined || unknown) continue;
    const before = undos.get(undo)?.undo;
    undos.set(undo, {
      undo: before === undefined ? sql : `${before};\n${sql}`,
      ...(transaction === undefined ? { undoOutside: true } : {}),
    });
  }
  return undos;
}

/** Steps that dbd itself has written out; `back` tells whether the tool has kept the way back. */
function restored(up: readonly Placed[], origin: Origin, back: boolean): readonly Step[] {
  return up.flatMap((one): readonly Step[] => {
    const { sql, step, continues, nothing, more } = markedOf(one.sql);
    if (nothing) return [];
    const { undo, ...without } = more;
    return [
      {
        id: step ?? continues!,
        sql,
        transaction: one.transaction ?? 'none',
        claims: [],
        reason: '',
        lockTimeoutMs: one.limits.lock ?? origin.lockTimeoutMs,
        ...without,
        ...(back && undo !== undefined ? { undo } : {}),
      },
    ];
  });
}

/** Statements as somebody else wrote them, each with the statement of the way back that mirrors it. */
function foreign(
  file: string,
  up: readonly Placed[],
  down: readonly Placed[],
): Pick<Built, 'steps' | 'notes'> {
  const steps = up.map((one): Step => ({
    id: '',
    sql: withoutMarks(one.sql),
    transaction: one.transaction ?? 'none',
    claims: [],
    reason: `from ${file}`,
    lockTimeoutMs: one.limits.lock ?? lockTimeoutMs,
    ...(one.limits.statement ? { statementTimeoutMs: one.limits.statement } : {}),
  }));
  const spare = down.length - steps.length;
  const last = steps.at(-1);
  for (let at = 0; at < spare && last; at += 1)
    steps.push({
      ...last,
      sql: 'SELECT 1',
      reason: 'does nothing: the way back has more statements than the way there, and this carries one',
    });
  const mirrored = steps.map((step, at): Step => {
    const undo = down[steps.length - 1 - at];
    return {
      ...step,
      id: `s${at + 1}`,
      ...(undo
        ? {
            undo: withoutMarks(undo.sql),
            ...(undo.transaction === undefined ? { undoOutside: true } : {}),
          }
        : down.length > 0
          ? { undo: '' }
          : {}),
    };
  });
  const wanted = down.filter(
    ({ transaction }, at) => transaction === undefined || down[at - 1]?.transaction !== transaction,
  ).length;
  const phases = [{ name: 'expand' as const, number: 1, steps: mirrored }];
  const got = unitsOf({ id: file, title: file, phases, questions: [] }, 'down').length;
  return {
    steps: mirrored,
    notes: [
      ...(got > wanted
        ? [`${file}: its way back was ${plural(wanted, 'transaction')} and is ${got}, as the way there is.`]
        : []),
      ...(down.length === 0 ? [`${file} knows no way back.`] : []),
      ...(spare > 0
        ? [`${file}: ${spare} of its statements of the way back hang on steps that do nothing else.`]
        : []),
    ],
  };
}

function withoutMarks(sql: string): string {
  return sql.replaceAll(/^-- ?dbd:/gm, '-- from dbd:');
}

function imported(group: readonly Built[], id: string): Imported {
  let transaction = 0;
  const undos = undosOf(group);
  const phases: { name: PhaseName; number: number; steps: Step[] }[] = [];
  for (const { origin, steps } of group) {
    const name = origin?.phase ?? 'expand';
    if (phases.at(-1)?.name !== name) phases.push({ name, number: phases.length + 1, steps: [] });
    const own = new Map<number, number>();
    for (const step of steps) {
      const { transaction: was } = step;
      if (was !== 'none' && !own.has(was)) own.set(was, (transaction += 1));
      const steps = phases.at(-1)!.steps;
      const before = steps.at(-1);
      // A further statement of the same step.
      if (origin && before?.id === step.id)
        steps[steps.length - 1] = { ...before, sql: `${before.sql};\n${step.sql}` };
      else
        steps.push({
          ...step,
          ...(was === 'none' ? {} : { transaction: own.get(was)! }),
          ...undos.get(step.id),
        });
    }
  }
  const [first] = group as [Built];
  const change: Change = {
    id: first.origin?.id ?? id.replaceAll(/\s+/g, '-'),
    title: first.origin?.title ?? first.name,
    phases: phases as readonly Phase[],
    questions: [],
  };
  const files = changeFiles(change);
  const upward = files
    .filter(({ path }) => path.startsWith('up/'))
    .map(({ path, sql }) => [path, normalised(sql)]);
  return {
    id,
    change,
    files,
    from: [...new Set(group.map(({ file }) => file))],
    ...(first.origin ? { same: hash(upward) === first.origin.hash } : {}),
    notes: group.flatMap(({ notes }) => notes),
  };
}

/** Names of folders that sort as the migrations do; a running number goes before those that would not. */
function namesOf(wanted: readonly string[]): readonly string[] {
  const safe = wanted.map((name) => {
    const ok = /^[^/\\\p{Cc}.][^/\\\p{Cc}]*$/u.test(name) && Buffer.byteLength(name) <= 200;
    return ok
      ? name
      : name
          .replaceAll(/[^\w-]+/g, '-')
          .replaceAll(/^-+|-+$/g, '')
          .slice(0, 100) || 'change';
  });
  if (safe.every((name, at) => at === 0 || safe[at - 1]! < name)) return safe;
  const digits = Math.max(3, String(safe.length).length);
  return safe.map((name, at) => `${String(at + 1).padStart(digits, '0')}-${name}`);
}
