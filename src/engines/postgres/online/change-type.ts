import type { AlterTableCmd } from 'libpg-query';
import type { StepDraft } from '../../../engine/model.ts';
import { columnOf, quick, type Place } from './place.ts';
import { lex } from '../grammar/lex.ts';
import { quote } from '../quote.ts';
import { findOutside } from './text.ts';

/** Forms of ALTER COLUMN TYPE: at once where the server keeps the rows as they are, as written and marked where it writes the table anew. */
export function changeType(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const column = columnOf(place, cmd.name ?? '');
  const wanted = typeText(text);
  const sql = `ALTER TABLE ${place.name} ${text}`;
  const undo =
    column &&
    `ALTER TABLE ${place.name} ALTER COLUMN ${quote.identifier(column.name)} TYPE ${column.type} USING ${quote.identifier(column.name)}::${column.type}`;
  if (column && keepsRows(column.type, wanted))
    return [quick(sql, 'The stored rows stay as they are: a lock for a moment', undo)];
  return [
    {
      sql,
      phase: 'contract',
      transaction: true,
      concerns: [cmd.name ?? ''],
      reason: `Writes all of ${place.table.name} and its indexes anew while everybody waits; without that: a new column, a trigger that fills it, a backfill, and a switch`,
    },
  ];
}

/** The type behind TYPE, without COLLATE and USING. */
function typeText(text: string): string {
  const tokens = lex(text);
  const type = findOutside(tokens, ['type']);
  const end = findOutside(tokens, ['using', 'collate'], type + 1);
  return text
    .slice(tokens[type]!.to, end < 0 ? undefined : tokens[end]!.from)
    .trim()
    .toLowerCase()
    .replaceAll(/\s+/g, ' ');
}

interface Sized {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** Changes that PostgreSQL makes in the catalog alone: measured on 15 and 18. */
function keepsRows(from: string, to: string): boolean {
  const [a, b] = [sized(from), sized(to)];
  if (a.name === b.name && a.sizes.join() === b.sizes.join()) return true;
  if (a.name === 'varchar' && b.name === 'text') return true;
  if (a.name === 'text' && b.name === 'varchar') return b.sizes.length === 0;
  if (a.name === 'varchar' && b.name === 'varchar')
    return b.sizes.length === 0 || (a.sizes.length > 0 && b.sizes[0]! >= a.sizes[0]!);
  if (a.name === 'numeric' && b.name === 'numeric')
    return (
      b.sizes.length === 0 ||
      (a.sizes.length > 0 && (a.sizes[1] ?? 0) === (b.sizes[1] ?? 0) && b.sizes[0]! >= a.sizes[0]!)
    );
  return a.name === 'cidr' && b.name === 'inet';
}

const synonyms: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  decimal: 'numeric',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  timestamptz: 'timestamp with time zone',
  bool: 'boolean',
};

function sized(type: string): Sized {
  const match = /^([^(]+?)\s*(?:\(([^)]*)\))?$/.exec(type.trim().toLowerCase());
  const name = match?.[1] ?? type;
  return { name: synonyms[name] ?? name, sizes: (match?.[2] ?? '').split(',').filter(Boolean).map(Number) };
}
