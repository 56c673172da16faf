/** What came of the questions. */
import type {
  DateOffsets,
  FanOut,
  IndexEnds,
  KeyPairs,
  Prefixes,
  ProbeRun,
  Probes,
} from '../../../../engine/probes/model.ts';
import type { Recording, Section } from '../model.ts';
import { toEnds } from './ends.ts';
import { toFanOut } from './fan-out.ts';
import type { ListedProbe } from './model.ts';
import { toOffsets } from './offsets.ts';
import { toPairs } from './pairs.ts';
import { toPrefixes } from './prefixes.ts';

/** Section of the answers, one row per question that gave one. */
export const ANSWERS: Pick<Section, 'name' | 'stage' | 'why'> = {
  name: 'probe-answers',
  stage: 'ask the probes',
  why: 'The questions themselves, one by one; one that takes too long or is refused is left out.',
};

interface AnswerRow {
  readonly number: number;
  readonly ms?: number;
  readonly answer?: unknown;
  /** Why there is none. */
  readonly failed?: string;
}

/** The aggregates of all questions that were answered, and what became of each. */
export function toProbes(recording: Recording): Probes {
  const listed = (recording.rows.get('probes') ?? []) as readonly unknown[] as readonly ListedProbe[];
  const answers = new Map(
    ((recording.rows.get(ANSWERS.name) ?? []) as readonly unknown[] as readonly AnswerRow[]).map((row) => [
      row.number,
      row,
    ]),
  );
  const ran: ProbeRun[] = [];
  const fanOut: FanOut[] = [];
  const pairs: KeyPairs[] = [];
  const offsets: DateOffsets[] = [];
  const prefixes: Prefixes[] = [];
  const ends: IndexEnds[] = [];
  for (const probe of listed) {
    const { kind, schema, name, what, share } = probe;
    const given = answers.get(probe.number);
    const refused = probe.refused ?? given?.failed ?? (given ? undefined : noAnswer);
    ran.push({
      kind,
      table: { schema, name },
      what,
      ms: given?.ms ?? 0,
      share: refused === undefined ? share : 0,
      ...(refused === undefined ? {} : { refused }),
    });
    if (refused !== undefined) continue;
    const answer = given!.answer;
    if (kind === 'fan-out') fanOut.push(toFanOut(probe, answer));
    else if (kind === 'pairs') pairs.push(toPairs(probe, answer));
    else if (kind === 'offsets') offsets.push(...toOffsets(probe, answer));
    else if (kind === 'prefixes') prefixes.push(...toPrefixes(probe, answer));
    else ends.push(...toEnds(probe, answer));
  }
  return { ran, fanOut, pairs, offsets, prefixes, ends };
}

const noAnswer = 'it gave no answer in its time';
