/** Changes as scripts of other tools: one for each transaction, and for each step outside of any. */
import { unitsOf, type Unit } from '../../apply/units.ts';
import type { Step } from '../../change/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Piece, Script, Sentence, Writer } from '../../formats/writing/model.ts';
import type { StoredChange } from '../../runner/model.ts';
import { originLines, stepLines } from './origin.ts';

/** Longest name of a change within a file's name, characters. */
const longest = 60;
const second = 1000;

/** The scripts of changes in their order, versions rising throughout. */
export function scriptsOf(
  engine: Engine,
  changes: readonly StoredChange[],
  writer: Pick<Writer, 'carries' | 'down'>,
): readonly Script[] {
  let last = 0;
  return changes.flatMap((stored) => {
    const units = unitsOf(stored.up, 'up');
    const start = timeOf(stored.id);
    const ways = stored.down
      ? ownWays(engine, stored, units.length)
      : units.map((unit) => wayBack(engine, unit));
    let count = -1;
    return units.flatMap((unit, at) => {
      const sides = cut(writer, [wayThere(engine, unit)], writer.down ? ways[at]! : []);
      return sides.map(({ up, down }, place): Script => {
        count += 1;
        last = Math.max((start ?? 0) + count * second, last === 0 ? (start ?? epoch) : last + second);
        const [first] = unit.steps;
        const { phase } = first!;
        const part = { part: at + 1, of: units.length, outside: unit.transaction === undefined };
        return {
          version: new Date(last).toISOString().replaceAll(/\D/g, '').slice(0, 14),
          time: last,
          slug: `${slugOf(stored.id)}_${count + 1}_${phase.name}`,
          shown: `${stored.id}, part ${at + 1} of ${units.length} (${unit.steps.map(({ step }) => step.id).join(', ')})`,
          change: stored.id,
          cut: sides.length > 1 && place > 0,
          header: originLines(
            {
              change: stored.id,
              id: stored.up.id.replaceAll(/\s+/g, '-'),
              title: stored.up.title,
              hash: stored.hash,
              phase: phase.name,
              lockTimeoutMs: unit.lockTimeoutMs,
            },
            part,
          ),
          up,
          down,
        };
      });
    });
  });
}

/** Where changes begin that tell no time. */
const epoch = Date.UTC(2000, 0, 1);

/** The time that a change's name begins with; a number counts minutes from 2000, so that tools that sort by time keep its place. */
function timeOf(id: string): number | undefined {
  const time = /^(\d{4})(\d\d)(\d\d)[T_-]?(\d\d)(\d\d)(\d\d)?(?!\d)/.exec(id);
  if (time) {
    const [year, month, day, hour, minute, seconds = 0] = time.slice(1).map((part) => Number(part ?? 0));
    const at = Date.UTC(year!, month! - 1, day!, hour!, minute!, seconds);
    if (month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31 && hour! < 24 && minute! < 60) return at;
  }
  const number = /^\d{1,7}(?!\d)/.exec(id)?.[0];
  return number === undefined ? undefined : epoch + Number(number) * 60 * second;
}

function slugOf(id: string): string {
  const name = id
    .replace(/^\d{8}[T_-]?\d{4,6}|^\d+/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, longest)
    .replaceAll(/^_+|_+$/g, '');
  return name === '' ? 'change' : name;
}

function wayThere(engine: Engine, unit: Unit): Piece {
  const atomic = unit.transaction !== undefined;
  const sentences = unit.steps.flatMap(({ step, sql }) =>
    sentencesOf(engine, sql, stepLines(step), [`dbd: continues ${step.id}`]),
  );
  return { atomic, sentences: atomic ? [...limits(unit), ...sentences] : sentences };
}

function limits({ lockTimeoutMs, steps }: Unit): readonly Sentence[] {
  const times = steps.map(({ step }) => step.statementTimeoutMs ?? 0);
  return [
    ...lockLimit(lockTimeoutMs),
    ...(times.includes(0)
      ? []
      : [{ comments: [], sql: `SET LOCAL statement_timeout = '${Math.max(...times)}ms'` }]),
  ];
}

function lockLimit(milliseconds: number): readonly Sentence[] {
  return [{ comments: [], sql: `SET LOCAL lock_timeout = '${milliseconds}ms'` }];
}

/** Two sides as pairs that the tool can carry, one after the other on the way there and the other way round on the way back. */
function cut(
  writer: Pick<Writer, 'carries'>,
  up: readonly Piece[],
  down: readonly Piece[],
): readonly Pick<Script, 'up' | 'down'>[] {
  if (writer.carries(up) && writer.carries(down)) return [{ up, down }];
  const bits = (side: readonly Piece[]): readonly Piece[] =>
    side.flatMap((piece) =>
      piece.atomic
        ? [piece]
        : piece.sentences.map((sentence): Piece => ({ atomic: false, sentences: [sentence] })),
    );
  const [there, back] = [bits(up), bits(down)];
  const count = Math.max(there.length, back.length);
  return Array.from({ length: count }, (_, at) => ({
    up: [there[at] ?? nothing],
    down: back.slice(count - 1 - at, count - at),
  }));
}

/** The way there of a script that only carries a part of the way back. */
const nothing: Piece = {
  atomic: false,
  sentences: [{ comments: ['dbd: nothing here, it carries a part of the way back'], sql: 'SELECT 1' }],
};

function sentencesOf(
  engine: Engine,
  sql: string,
  comments: readonly string[],
  more: readonly string[] = comments,
): readonly Sentence[] {
  const statements = engine.grammar.split(sql);
  if (statements.length < 2) return [{ comments, sql: sql.trim().replace(/;$/, '') }];
  return statements.map((statement, at) => ({
    comments: at === 0 ? comments : more,
    sql: statement.sql.trim(),
  }));
}

/** The way back of one unit, newest step first. */
function wayBack(engine: Engine, unit: Unit): readonly Piece[] {
  const pieces: { atomic: boolean; sentences: Sentence[] }[] = [];
  for (const { step } of unit.steps.toReversed()) {
    const sentences = undoOf(engine, step);
    if (sentences.length === 0) continue;
    const atomic = step.undoOutside !== true;
    const last = pieces.at(-1);
    if (last && last.atomic === atomic) last.sentences.push(...sentences);
    else pieces.push({ atomic, sentences: [...(atomic ? lockLimit(unit.lockTimeoutMs) : []), ...sentences] });
  }
  return pieces;
}

function undoOf(engine: Engine, step: Step): readonly Sentence[] {
  if (step.undo) return sentencesOf(engine, step.undo, [`dbd: undo ${step.id}`]);
  // A way back that does nothing would be noted as taken.
  if (step.undo === undefined)
    return [
      {
        comments: [`dbd: undo ${step.id} · unknown`],
        sql: "DO $dbd$ BEGIN RAISE EXCEPTION 'No way back is known for this step.'; END $dbd$",
      },
    ];
  return [];
}

/** A change of plain files has a way back of its own: part by part where they match, else with the part that is taken back last. */
function ownWays(engine: Engine, { down }: StoredChange, count: number): readonly (readonly Piece[])[] {
  const pieces = unitsOf(down!, 'up').map((unit): Piece => {
    const sentences = unit.steps.flatMap(({ sql }) => sentencesOf(engine, sql, []));
    return unit.transaction === undefined
      ? { atomic: false, sentences }
      : { atomic: true, sentences: [...lockLimit(unit.lockTimeoutMs), ...sentences] };
  });
  return Array.from({ length: count }, (_, at) =>
    pieces.length === count ? [pieces[count - 1 - at]!] : at === 0 ? pieces : [],
  );
}
