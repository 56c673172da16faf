/** Whether two designs answer the same question alike. */
import { SqlError } from '../../base/error.ts';
import type { Built, Sameness } from './model.ts';
import type { Pattern } from './measure.ts';

/** Calls whose results are compared. */
const compared = 5;

/** Compares the rows that the first calls of each read return on two designs, in any order; before anything is written. */
export async function compareResults(
  patterns: readonly Pattern[],
  chosen: Built,
  other: Built,
): Promise<ReadonlyMap<string, Sameness>> {
  const found = new Map<string, Sameness>();
  for (const { access, probes } of patterns) {
    const [one, two] = [chosen, other].map((built) => probes.find((probe) => probe.built === built)!);
    if (one!.write) continue;
    if (other.ownValues) {
      found.set(access.id, {
        kind: 'not-compared',
        because: 'keys differ, so each design was asked about rows of its own',
      });
      continue;
    }
    let rows = 0;
    let calls = 0;
    let because: string | undefined;
    let others = false;
    for (const values of one!.values.slice(0, compared)) {
      try {
        const [left, right] = await Promise.all(
          [one!, two!].map((probe) => probe.sessions[0]!.query(probe.sql, values)),
        );
        calls += 1;
        rows += left!.rows.length;
        if (columns(left!.rows) !== columns(right!.rows) && /\*/.test(access.sql ?? '')) {
          others = true;
          break;
        }
        because = difference(left!.rows, right!.rows);
        if (because !== undefined) break;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        because = error.message;
        break;
      }
    }
    if (others) {
      found.set(access.id, { kind: 'not-compared', because: 'it asks for all columns, and they differ' });
      continue;
    }
    found.set(
      access.id,
      because === undefined
        ? rows > 0
          ? { kind: 'same', calls, rows }
          : { kind: 'not-compared', because: 'no call found a row' }
        : { kind: 'different', because: limited(because, access.sql) },
    );
  }
  return found;
}

function limited(because: string, sql: string | undefined): string {
  return /\blimit\b/i.test(sql ?? '') ? `${because} (rows of equal rank may be taken otherwise)` : because;
}

type Rows = readonly Record<string, unknown>[];

function columns(rows: Rows): string {
  return Object.keys(rows[0] ?? {}).join(', ');
}

function difference(left: Rows, right: Rows): string | undefined {
  if (left.length !== right.length) return `${left.length} rows against ${right.length}`;
  if (columns(left) !== columns(right)) return `columns ${columns(left)} against ${columns(right)}`;
  const texts = (rows: Rows): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted();
  const [one, two] = [texts(left), texts(right)];
  const at = one.findIndex((text, index) => text !== two[index]);
  return at < 0
    ? undefined
    : `${one.filter((text, index) => text !== two[index]).length} of ${left.length} rows differ`;
}
