/** Where a change can be cut off: around each of its statements and commits, and inside those that run outside transactions. */
import type { Change } from '../../change/model.ts';
import type { Engine } from '../../engine/model.ts';
import { unitsOf } from '../../apply/units.ts';
import type { Recorded } from './deadly.ts';
import type { KillKind, KillPoint } from './model.ts';

/** A statement that ran shorter can hardly be hit inside, milliseconds. */
const longEnoughMs = 4;
/** Batches of one loop that are cut: the first ones and the last one are like all others. */
const mostBatches = 3;

const kinds: readonly KillKind[] = ['session ended', 'runner gone', 'server crashed'];

/** Places in the order in which they are worth trying, with the kinds of death in turn. */
export function pointsOf(
  recorded: readonly Recorded[],
  change: Change,
  engine: Engine,
): readonly KillPoint[] {
  const units = unitsOf(change, 'up');
  const own = new Set(
    units.flatMap((unit) => unit.steps.flatMap(({ sql }) => engine.grammar.split(sql).map((one) => one.sql))),
  );
  const outside = new Set(
    units
      .filter((unit) => unit.transaction === undefined)
      .flatMap((unit) => unit.steps.flatMap(({ sql }) => engine.grammar.split(sql).map((one) => one.sql))),
  );
  const first = recorded.findIndex(({ sql }) => own.has(sql) || isCommit(sql));
  const inside: Omit<KillPoint, 'kind'>[] = [];
  const around: Omit<KillPoint, 'kind'>[] = [];
  let batches = 0;
  recorded.forEach(({ sql, ms }, statement) => {
    if (statement < first) return;
    const at = { statement, sql, ms };
    const writes = /^\s*(?:WITH|UPDATE|DELETE)\b/i.test(sql) && !own.has(sql);
    batches = writes ? batches + 1 : own.has(sql) ? 0 : batches;
    if (writes && batches > mostBatches) return;
    if (!own.has(sql) && !isCommit(sql) && !writes) return;
    if ((outside.has(sql) || writes) && ms > longEnoughMs) inside.push({ ...at, when: 'inside' });
    around.push({ ...at, when: 'after' });
    if (own.has(sql)) around.push({ ...at, when: 'before' });
  });
  // Inside, each death is another story, and the first of them comes first: the time may not reach for all.
  const round = (shift: number): readonly KillPoint[] =>
    inside.map((point, i) => ({ ...point, kind: kinds[(i + shift) % kinds.length]! }));
  return [
    ...round(0),
    ...around.map((point, i) => ({ ...point, kind: kinds[i % kinds.length]! })),
    ...round(1),
    ...round(2),
  ];
}

function isCommit(sql: string): boolean {
  return /^\s*COMMIT\b/i.test(sql);
}
