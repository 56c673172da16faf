/** Tables of the reports about snapshots. */
import { column } from '../../report/build.ts';
import { printName, printPart } from '../../catalog/identity.ts';
import type { MaskedColumn } from '../../engine/model.ts';
import type { Block } from '../../report/model.ts';

/** Rows that a table of the terminal shows; `--json` has all. */
const shownRows = 16;

/** A table of the report; nothing without rows. A `>` behind a title aligns its column to the right. */
export function block(
  id: string,
  title: string,
  heads: readonly string[],
  rows: Extract<Block, { kind: 'table' }>['rows'],
  most = shownRows,
): readonly Block[] {
  const left = rows.length - most;
  // A note in place of one or two rows would save nothing.
  const cut = left > 2;
  return rows.length === 0
    ? []
    : [
        {
          id,
          title,
          kind: 'table',
          columns: heads.map((head) =>
            head.endsWith('>') ? column(head.slice(0, -1), 'right') : column(head),
          ),
          rows: cut ? rows.slice(0, most) : rows,
          ...(cut ? { note: `and ${left} more, in --json` } : {}),
        },
      ];
}

/** Columns whose values were replaced before the file was written. */
export function maskedBlock(masked: readonly MaskedColumn[]): readonly Block[] {
  const told = masked.some((one) => one.notExact !== undefined);
  return block(
    'masked',
    'Columns with made-up values',
    told ? ['column', 'why', 'so'] : ['column', 'why'],
    masked.map((one) => [
      `${printName({ schema: one.schema, name: one.relation })}.${printPart(one.column)}`,
      one.why,
      ...(told ? [one.notExact ?? ''] : []),
    ]),
  );
}
