import type { Node } from 'libpg-query';
import { walk, words } from '../grammar/tree.ts';

/** Functions that give every row of a statement the same value. */
const stable: ReadonlySet<string> = new Set(
  'now transaction_timestamp statement_timestamp current_setting lower upper md5 sha256 date_trunc make_interval make_date to_timestamp coalesce nullif concat jsonb_build_object jsonb_build_array to_jsonb array_fill timezone date_part extract'.split(
    ' ',
  ),
);

/** Whether a default may differ from row to row; functions not known to be stable count as volatile. */
export function isVolatile(expression: Node | undefined): boolean {
  let found = false;
  walk([expression], (kind, node) => {
    if (kind === 'FuncCall' && !stable.has(words(node['funcname'] as Node[]).at(-1) ?? '')) found = true;
  });
  return found;
}
