import { fitBytes } from '../../../base/text.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { analyzed, updateInBatches } from './batches.ts';
import { loudTriggers, quieted, quietBatch } from './carried.ts';
import { notNull } from './not-null.ts';
import { quick, type Place } from './place.ts';

const widths: Readonly<Record<string, string>> = {
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
};

/** The integer type behind a serial type; undefined for others. */
export const widthOf = (type: string): string | undefined => widths[type];

/** ADD COLUMN of a serial or identity column: numbers come from a sequence from the first moment on, old rows get theirs in batches, and the promise comes last. A sentence when that cannot be. */
export function addNumbered(
  place: Place,
  column: string,
  type: string,
  identity: string | undefined,
): readonly StepDraft[] | string {
  const { table, name } = place;
  if (table.kind !== 'table' || table.partitionOf || table.inherits.length > 0)
    return `${table.name} has parts`;
  const quoted = quote.identifier(column);
  const final = fitBytes(`${table.name}_${column}_seq`, quote.maxBytes);
  const own = freeName(place, identity === undefined ? final : `${final}_fill`);
  const sequence = quote.name({ schema: table.schema, name: own });
  const options = identity === undefined ? '' : optionsIn(identity);
  const quiet = quieted(place);
  const fill = updateInBatches(
    place,
    `${quoted} = nextval(${quote.literal(quote.full({ schema: table.schema, name: own }))})`,
    `${quoted} IS NULL`,
    loudTriggers(table).length > 0 ? quietBatch : [],
  );
  if (!fill) return `${table.name} has no primary key to walk along`;
  const steps: StepDraft[] = [
    quick(
      [
        `CREATE SEQUENCE ${sequence} AS ${type}${options && ` ${options}`}`,
        `ALTER TABLE ${name} ADD COLUMN ${quoted} ${type}, ALTER COLUMN ${quoted} SET DEFAULT nextval(${quote.literal(quote.full({ schema: table.schema, name: own }))})`,
        `ALTER SEQUENCE ${sequence} OWNED BY ${name}.${quoted}`,
        ...quiet.before,
      ].join(';\n'),
      'New rows are numbered from now on, old ones stay empty at first: numbering them all at once writes the whole table while everybody waits',
      [...quiet.after, `ALTER TABLE ${name} DROP COLUMN ${quoted}`].join(';\n'),
    ),
    {
      ...fill,
      phase: 'backfill',
      undo: '',
      concerns: [column],
      statementTimeoutMs: 0,
      reason:
        'Old rows get their number batch by batch, in the order of the key; it can be stopped and run again',
    },
    { ...analyzed(place, [column]), concerns: [column] },
    ...notNull(place, column).map(({ probe: _probe, ...draft }) => ({ ...draft, undo: '' })),
  ];
  if (quiet.after.length > 0)
    steps.push(quick(quiet.after.join(';\n'), 'Triggers of the table as they were', '', 'contract'));
  if (identity === undefined) return steps;
  const literal = quote.literal(quote.full(table));
  return [
    ...steps,
    {
      ...quick(
        [
          `ALTER TABLE ${name} ALTER COLUMN ${quoted} DROP DEFAULT`,
          `ALTER TABLE ${name} ALTER COLUMN ${quoted} ADD ${identity}`,
          `SELECT setval(pg_get_serial_sequence(${literal}, ${quote.literal(column)}), last_value, is_called) FROM ${sequence}`,
          `DROP SEQUENCE ${sequence}`,
        ].join(';\n'),
        'The identity takes over from where the numbers stand: ACCESS EXCLUSIVE for a moment, no row is read or written',
        '',
        'contract',
      ),
      concerns: [column],
    },
  ];
}

/** What stands in the parentheses of an identity, but for its sequence's name. */
function optionsIn(identity: string): string {
  const inside = /\((.*)\)\s*$/s.exec(identity)?.[1] ?? '';
  return inside
    .replace(/\bSEQUENCE\s+NAME\s+(?:"(?:[^"]|"")*"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$]+))?/i, '')
    .trim();
}

function freeName({ table, context }: Place, base: string): string {
  const taken = new Set([
    ...context.before.sequences.filter(({ schema }) => schema === table.schema).map(({ name }) => name),
    ...context.before.tables.filter(({ schema }) => schema === table.schema).map(({ name }) => name),
  ]);
  for (let n = 0; ; n++) {
    const name = n === 0 ? base : `${base}${n}`;
    if (!taken.has(name)) return name;
  }
}
