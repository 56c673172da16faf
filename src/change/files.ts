import { fail } from '../base/error.ts';
import type { Batch } from '../engine/model.ts';
import type { Change, ChangeFile, Phase, PhaseName, Step } from './model.ts';

const boundary = '-- dbd:boundary';
const outside = '-- dbd: transaction none';
/** Width at which reasons are wrapped. */
const width = 100;

/** The files of a change: `up/NN-<phase>.sql` and `down/NN-<phase>.sql`, each set run in the order of its names, by `psql -v ON_ERROR_STOP=1 -f` or by dbd. Throws `change.refused` when a statement holds one of the marks. */
export function changeFiles(change: Change): readonly ChangeFile[] {
  const phases = change.phases.toSorted((a, b) => a.number - b.number);
  const up = phases.map((phase) => ({
    path: pathOf('up', phase.number, phase.name),
    sql: upFile(change, phase),
  }));
  const back = phases.toReversed().filter(({ steps }) => steps.some(({ undo }) => undo !== ''));
  const down = back.map((phase, index) => ({
    path: pathOf('down', index + 1, phase.name),
    sql: downFile(change, phase),
  }));
  return [...up, ...down];
}

function pathOf(direction: 'up' | 'down', number: number, name: PhaseName): string {
  return `${direction}/${String(number).padStart(2, '0')}-${name}.sql`;
}

function upFile(change: Change, phase: Phase): string {
  const steps = phase.steps.map((step) => ({
    key: step.transaction === 'none' ? undefined : step.transaction,
    step,
    text: stepText(step),
    ...(step.statementTimeoutMs ? { limitMs: step.statementTimeoutMs } : {}),
  }));
  return `${header(change, phase.steps)}${sections(steps)}`;
}

function stepText(step: Step): string {
  const lines = [
    `-- dbd: step ${step.id}${cited(step.claims)}`,
    ...wrap(step.reason),
    ...(step.destructive ? [`-- dbd: destructive ${step.destructive}`] : []),
    ...(step.probe ? [`-- dbd: probe ${step.probe.replaceAll(/\s+/g, ' ')}`] : []),
    ...(step.batched ? ['-- dbd: batched'] : []),
    ...(step.batch ? [`-- dbd: batch ${JSON.stringify(step.batch)}`] : []),
    ...(step.superuser ? ['-- dbd: superuser'] : []),
    ...(step.statementTimeoutMs ? [`-- dbd: statement_timeout ${step.statementTimeoutMs}`] : []),
  ];
  return `${lines.join('\n')}\n${clean(step.sql)};`;
}

function downFile(change: Change, phase: Phase): string {
  const steps = phase.steps.toReversed().filter(({ undo }) => undo !== '');
  return `${header(change, phase.steps)}${sections(steps.map((step) => ({ key: undoKey(step), step, text: undoText(step) })))}`;
}

/** The way back holds no more locks at a time than the way there. */
function undoKey({ id, transaction, undo, undoOutside }: Step): string | undefined {
  if (!undo || undoOutside) return undefined;
  return transaction === 'none' ? `step ${id}` : String(transaction);
}

function undoText(step: Step): string {
  if (step.undo === null)
    return [
      `-- dbd: undo ${step.id} · nothing`,
      ...wrap(step.destructive ?? 'What this step did to rows stays.'),
    ].join('\n');
  if (step.undo === undefined)
    return [`-- dbd: undo ${step.id} · unknown`, ...wrap('No way back is known.')].join('\n');
  const lost = step.destructive ? wrap(step.destructive) : [];
  return [`-- dbd: undo ${step.id}`, ...lost, `${clean(step.undo)};`].join('\n');
}

interface Section {
  /** Steps with equal keys share a transaction; undefined stands outside. */
  readonly key: number | string | undefined;
  readonly step: Step;
  readonly text: string;
  /** Longest time of its statement, milliseconds. */
  readonly limitMs?: number;
}

function sections(steps: readonly Section[]): string {
  const groups: Section[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last && step.key !== undefined && last[0]!.key === step.key) last.push(step);
    else groups.push([step]);
  }
  return groups
    .map((group) => {
      const body = group.map(({ text }) => text).join('\n\n');
      const [{ key, step }] = group as [Section];
      if (key === undefined) return `\n${boundary}\n${outside}\n${body}\n`;
      return `\n${boundary}\nBEGIN;\nSET LOCAL lock_timeout = '${step.lockTimeoutMs}ms';\n${statementLimit(group)}\n${body}\n\nCOMMIT;\n`;
    })
    .join('');
}

/** A transaction has the time of its slowest statement; no limit where one of them has none. */
function statementLimit(group: readonly Section[]): string {
  const limits = group.map(({ limitMs }) => limitMs ?? 0);
  return limits.includes(0) ? '' : `SET LOCAL statement_timeout = '${Math.max(...limits)}ms';\n`;
}

function header(change: Change, steps: readonly Step[]): string {
  const [step] = steps;
  return `-- dbd: change ${change.id} · ${change.title.replaceAll(/\s+/g, ' ')}\n-- dbd: lock_timeout ${step?.lockTimeoutMs ?? 0}\n-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.\n`;
}

function cited(claims: readonly string[]): string {
  return claims.length > 0 ? ` · ${claims.join(' ')}` : '';
}

function clean(sql: string): string {
  if (/^-- ?dbd:/m.test(sql))
    fail(
      'change.refused',
      'A statement holds a line that begins with `-- dbd:`, which marks the steps of a change file.',
    );
  return sql.trim().replace(/;$/, '');
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`-- ${word}`);
  }
  return lines;
}

/** Reads the files of {@link changeFiles} back into the change; questions are not kept in files. Throws `change.refused` when they are not files of a change. */
export function readChange(files: readonly ChangeFile[]): Change {
  const ordered = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const undos = new Map(
    ordered.filter(({ path }) => /(?:^|\/)down\//.test(path)).flatMap(({ sql }) => [...readUndos(sql)]),
  );
  let transaction = 0;
  const phases = ordered.flatMap(({ path, sql }): Phase[] => {
    const match = /(?:^|\/)up\/(\d+)-(expand|backfill|contract)\.sql$/.exec(path);
    if (!match) return [];
    const lock = Number(/^-- dbd: lock_timeout (\d+)$/m.exec(sql)?.[1] ?? 0);
    const steps = readSections(sql, 'step').flatMap((section) => {
      const own = section.none ? ('none' as const) : (transaction += 1);
      return section.blocks.map((block): Step => ({
        ...readStep(block),
        transaction: own,
        lockTimeoutMs: lock,
        ...(undos.get(block.id) ?? { undo: '' }),
      }));
    });
    return [{ number: Number(match[1]), name: match[2] as PhaseName, steps }];
  });
  const named = /^-- dbd: change (\S+) · (.*)$/m.exec(
    ordered.find(({ path }) => path.includes('up/'))?.sql ?? '',
  );
  if (!named || phases.length === 0)
    fail(
      'change.refused',
      'These are not the files of a change: the first line `-- dbd: change …` is missing.',
    );
  return { id: named[1]!, title: named[2]!, phases, questions: [] };
}

interface Block {
  readonly id: string;
  /** What follows the id in its line. */
  readonly rest: string;
  readonly lines: readonly string[];
}

function readSections(
  sql: string,
  mark: 'step' | 'undo',
): readonly { readonly none: boolean; readonly blocks: readonly Block[] }[] {
  const [, ...sectionTexts] = sql.split(new RegExp(`^${boundary}$`, 'm'));
  return sectionTexts.map((text) => {
    const none = text.includes(`\n${outside}\n`);
    const body = none ? text : text.replace(/\nCOMMIT;\s*$/, '\n');
    const blocks: { id: string; rest: string; lines: string[] }[] = [];
    for (const line of body.split('\n')) {
      const start = new RegExp(`^-- dbd: ${mark} (\\S+)(?: · (.*))?$`).exec(line);
      if (start) blocks.push({ id: start[1]!, rest: start[2] ?? '', lines: [] });
      else blocks.at(-1)?.lines.push(line);
    }
    return { none, blocks };
  });
}

function readStep({ id, rest, lines }: Block): Omit<Step, 'transaction' | 'lockTimeoutMs'> {
  const start = lines.findIndex((line) => !line.startsWith('--'));
  const comments = lines.slice(0, start);
  const find = (word: string): string | undefined =>
    comments
      .find((line) => line.startsWith(`-- dbd: ${word}`))
      ?.slice(`-- dbd: ${word}`.length)
      .trim();
  const [destructive, probe] = [find('destructive'), find('probe')];
  const [batched, superuser, batch] = [find('batched'), find('superuser'), find('batch ')];
  const statementTimeout = Number(find('statement_timeout') ?? 0);
  return {
    id,
    sql: bodyOf(lines.slice(start)),
    claims: rest === '' ? [] : rest.split(' '),
    reason: comments
      .filter((line) => !line.startsWith('-- dbd:'))
      .map((line) => line.slice(3))
      .join(' '),
    ...(destructive === undefined ? {} : { destructive }),
    ...(probe === undefined ? {} : { probe }),
    ...(batched === undefined ? {} : { batched: true }),
    ...(superuser === undefined ? {} : { superuser: true as const }),
    ...(batch === undefined ? {} : { batch: JSON.parse(batch) as Batch }),
    ...(statementTimeout > 0 ? { statementTimeoutMs: statementTimeout } : {}),
  };
}

function* readUndos(sql: string): Generator<readonly [string, Pick<Step, 'undo' | 'undoOutside'>]> {
  for (const { none, blocks } of readSections(sql, 'undo')) {
    for (const { id, rest, lines } of blocks) {
      if (rest === 'nothing') yield [id, { undo: null }];
      else if (rest === 'unknown') yield [id, {}];
      else
        yield [
          id,
          {
            undo: bodyOf(lines.slice(lines.findIndex((line) => !line.startsWith('--')))),
            ...(none ? { undoOutside: true } : {}),
          },
        ];
    }
  }
}

function bodyOf(lines: readonly string[]): string {
  return lines.join('\n').trim().replace(/;$/, '');
}
