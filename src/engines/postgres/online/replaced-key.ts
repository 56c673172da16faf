import { primaryKey } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Constraint as Known } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { constraintIn } from './text.ts';
import { clearInvalid, defaultName, existing, quick, type Place } from './place.ts';
import { bare, treeOfText } from './text.ts';

/** Whether a later statement of the change gives the table another primary key: the old one goes when the new one is ready. */
export function isReplaced({ table, context }: Place, constraint: string): boolean {
  const old = table.constraints.find(({ name }) => name === constraint);
  if (old?.kind !== 'primary') return false;
  const { all = [], earlier = [] } = context;
  return all.slice(earlier.length + 1).some((sql) => {
    if (!/\bPRIMARY\b/i.test(sql)) return false;
    const cmd = commandOf(sql, { table, context });
    const added = cmd?.subtype === 'AT_AddConstraint' ? constraintIn(cmd.def) : undefined;
    return added?.contype === 'CONSTR_PRIMARY' && added.indexname === undefined;
  });
}

/** The primary key that an earlier statement of the change drops. */
export function replacedKey({ table, context }: Place): Known | undefined {
  const old = table.constraints.find(({ kind }) => kind === 'primary');
  const dropped = (context.earlier ?? []).some((sql) => {
    const cmd = /\bDROP\b/i.test(sql) ? commandOf(sql, { table, context }) : undefined;
    return cmd?.subtype === 'AT_DropConstraint' && cmd.name === old?.name;
  });
  return dropped ? old : undefined;
}

function commandOf(sql: string, { table, context }: Pick<Place, 'table' | 'context'>) {
  const tree = treeOfText(bare(sql));
  if (!('AlterTableStmt' in tree)) return undefined;
  const named = existing(nameOf(tree.AlterTableStmt.relation), context);
  const [node] = tree.AlterTableStmt.cmds ?? [];
  return named && sameName(named, table) && node && 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
}

/** The exchange of one primary key for another, whose index is ready: in one statement, and the way back in the same way. */
export function exchangeKey(
  place: Place,
  old: Known,
  { name, until, deferrable }: { readonly name: string; readonly until: string; readonly deferrable: string },
): StepDraft {
  const alter = `ALTER TABLE ${place.name}`;
  const swap = (from: string, to: string, index: string, more: string): string =>
    `${alter} DROP CONSTRAINT ${quote.identifier(from)}, ADD CONSTRAINT ${quote.identifier(to)} PRIMARY KEY USING INDEX ${quote.identifier(index)}${more}`;
  const former = defaultName(place, [], 'pkey_old');
  const qualified = quote.name({ schema: place.table.schema, name: former });
  const list = primaryKey(place.table)
    .map((column) => quote.identifier(column))
    .join(', ');
  const including = /INCLUDE \([^)]*\)/.exec(old.definition)?.[0];
  return {
    ...quick(
      swap(old.name, name, until, deferrable),
      'The old key goes and the new one takes over its finished index in one statement, so that the table is never without: ACCESS EXCLUSIVE for a moment. Statements with ON CONFLICT on the old key fail from now on',
      `${clearInvalid(qualified, place.context)};\nCREATE UNIQUE INDEX CONCURRENTLY ${quote.identifier(former)} ON ${place.name} (${list})${including ? ` ${including}` : ''};\n${swap(name, old.name, former, `${old.deferrable ? ' DEFERRABLE' : ''}${old.deferred ? ' INITIALLY DEFERRED' : ''}`)}`,
      'contract',
    ),
    undoOutside: true,
  };
}
