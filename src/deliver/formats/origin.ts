/** What a file tells about the change it comes from, so that it can become that change again. */
import type { PhaseName, Step } from '../../change/model.ts';
import type { Batch } from '../../engine/model.ts';

/** Where a script stood. */
export interface Origin {
  /** Name of its folder. */
  readonly change: string;
  /** Id that its files tell. */
  readonly id: string;
  readonly title: string;
  /** Of the change's files upward. */
  readonly hash: string;
  readonly phase: PhaseName;
  readonly lockTimeoutMs: number;
}

/** The lines that open a script; without comment marks. */
export function originLines(
  origin: Origin,
  place: { readonly part: number; readonly of: number; readonly outside: boolean },
): readonly string[] {
  const { change, id, title, hash, phase, lockTimeoutMs } = origin;
  return [
    `dbd: from ${JSON.stringify(change)} · part ${place.part} of ${place.of} · ${phase}${place.outside ? ' · outside transactions' : ''}`,
    `dbd: id ${id}`,
    `dbd: title ${JSON.stringify(title)}`,
    `dbd: sha256 ${hash}`,
    `dbd: lock_timeout ${lockTimeoutMs}`,
  ];
}

/** Reads {@link originLines} from the first lines of a text; undefined for files of other makers. */
export function originOf(text: string): Origin | undefined {
  const line = (word: string): string | undefined =>
    new RegExp(`^(?:--|//) dbd: ${word} (.*?)\\r?$`, 'm').exec(text)?.[1];
  const from = /^(".*") · part \d+ of \d+ · (expand|backfill|contract)\b/.exec(line('from') ?? '');
  const change = from ? quoted(from[1]!) : undefined;
  if (change === undefined) return undefined;
  return {
    change,
    id: /^\S+$/.exec(line('id') ?? '')?.[0] ?? change.replaceAll(/\s+/g, '-'),
    title: quoted(line('title') ?? '') ?? change,
    hash: line('sha256') ?? '',
    phase: from![2] as PhaseName,
    lockTimeoutMs: Number(line('lock_timeout') ?? 0),
  };
}

function quoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The lines above a step's statement. */
export function stepLines(step: Step): readonly string[] {
  const back =
    step.undo === undefined ? ' · way back unknown' : step.undo === null ? ' · what it did stays' : '';
  const probe = step.probe?.replaceAll(/\s+/g, ' ');
  return [
    `dbd: step ${step.id}${back}`,
    ...(step.claims.length > 0 ? [`dbd: claims ${step.claims.join(' ')}`] : []),
    ...(step.reason === '' ? [] : [`dbd: reason ${step.reason}`]),
    ...(step.destructive === undefined ? [] : [`dbd: destructive ${step.destructive}`]),
    ...(probe === undefined ? [] : [`dbd: probe ${probe}`]),
    ...(step.batched ? ['dbd: batched'] : []),
    ...(step.batch ? [`dbd: batch ${JSON.stringify(step.batch)}`] : []),
    ...(step.superuser ? ['dbd: superuser'] : []),
    ...(step.statementTimeoutMs ? [`dbd: statement_timeout ${step.statementTimeoutMs}`] : []),
  ].map((line) => line.replaceAll(/[\r\n]+/g, ' '));
}

/** What the lines above a statement say. */
export interface Marked {
  /** The statement without those lines. */
  readonly sql: string;
  readonly step?: string;
  readonly undo?: string;
  /** The step to which it is a further statement. */
  readonly continues?: string;
  /** It does nothing. */
  readonly nothing: boolean;
  /** It stands where no way back is known. */
  readonly unknown: boolean;
  readonly more: Partial<Step>;
}

/** Takes dbd's own lines off a statement. */
export function markedOf(sql: string): Marked {
  const own: string[] = [];
  const rest = sql.split('\n').filter((line, at, lines) => {
    const mine = /^\s*-- dbd: /.test(line) && lines.slice(0, at).every((each) => /^\s*(?:--.*)?$/.test(each));
    if (mine) own.push(line.trim().slice('-- dbd: '.length));
    return !mine;
  });
  const said = (word: string): string | undefined =>
    own.find((line) => line === word || line.startsWith(`${word} `))?.slice(word.length + 1);
  const [step, undo, continues] = [said('step'), said('undo'), said('continues')];
  const [destructive, probe, batch] = [said('destructive'), said('probe'), said('batch')];
  const limit = Number(said('statement_timeout') ?? 0);
  const lost = step?.endsWith(' · way back unknown');
  return {
    sql: rest.join('\n').trim(),
    ...(step === undefined ? {} : { step: step.split(' ')[0]! }),
    ...(undo === undefined ? {} : { undo: undo.split(' ')[0]! }),
    ...(continues === undefined ? {} : { continues }),
    nothing: said('nothing') !== undefined,
    unknown: undo?.endsWith(' · unknown') ?? false,
    more: {
      claims: said('claims')?.split(' ') ?? [],
      reason: said('reason') ?? '',
      ...(step === undefined || lost ? {} : { undo: step.endsWith(' · what it did stays') ? null : '' }),
      ...(destructive === undefined ? {} : { destructive }),
      ...(probe === undefined ? {} : { probe }),
      ...(said('batched') === undefined ? {} : { batched: true }),
      ...(batch === undefined ? {} : { batch: JSON.parse(batch) as Batch }),
      ...(said('superuser') === undefined ? {} : { superuser: true as const }),
      ...(limit > 0 ? { statementTimeoutMs: limit } : {}),
    },
  };
}
