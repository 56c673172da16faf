import { printName } from '../../../catalog/identity.ts';
import type { MeasuredStatement, StatementFacts } from '../../../engine/model.ts';
import type { FactRow } from './model.ts';
import { power } from './modes.ts';

/** The facts of a statement in one sentence without its full stop. */
export function say(facts: StatementFacts): string {
  if (facts.known.length === 0) return 'Not measured: what it locks and reads is not known';
  const { locks, lasts, blocks } = facts;
  if (locks.length === 0) return 'It locks no table';
  const strong = locks.filter(({ mode }) => power(mode) >= power('ROW EXCLUSIVE'));
  const shown = strong.length > 0 ? strong : locks;
  const byMode = new Map<string, string[]>();
  for (const { relation, mode } of shown)
    byMode.set(mode, [...(byMode.get(mode) ?? []), printName(relation)]);
  const held = [...byMode].map(([mode, names]) => `${mode} on ${listed(names)}`).join(', ');
  return `${held} ${duration(facts)}: ${waiting(blocks, lasts)}`;
}

function listed(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

function duration({ rewrites, scans, lasts }: StatementFacts): string {
  if (lasts === 'moment') return 'for a moment';
  if (lasts === 'unknown') return 'until the transaction ends';
  if (rewrites.length > 0) return `for as long as writing ${listed(rewrites.map(printName))} anew takes`;
  return `for as long as a scan of ${listed([...new Set(scans.map(({ relation }) => printName(relation)))])} takes`;
}

function waiting(blocks: StatementFacts['blocks'], lasts: StatementFacts['lasts']): string {
  const who = {
    nobody: 'nobody waits',
    'schema changes': 'readers and writers go on, other changes of the structure wait',
    writes: 'writes wait, reads go on',
    'reads and writes': 'reads and writes wait',
  }[blocks];
  return blocks === 'reads and writes' && lasts === 'moment'
    ? `${who}, and those behind it in the queue wait with it`
    : who;
}

/** A row of the table as others see it. */
export function measured(row: FactRow): MeasuredStatement {
  return {
    id: row.id,
    form: row.form,
    ...(row.since === undefined ? {} : { since: row.since }),
    ...(row.until === undefined ? {} : { until: row.until }),
    locks: Object.entries(row.locks).map(([on, mode]) => ({ on, mode })),
    rewrites: row.rewrites ?? [],
    scans: Object.entries(row.scans ?? {}).map(([on, why]) => `${on}: ${why}`),
    outside: row.outside ?? false,
    measured: row.trials.length > 0,
    ...(row.note === undefined ? {} : { note: row.note }),
  };
}
