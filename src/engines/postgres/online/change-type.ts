import type { AlterTableCmd } from 'libpg-query';
import type { Column } from '../../../catalog/model.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { mentions } from './columns-in.ts';
import { columnOf, existing, isFresh, isSmall, quick, smallness, type Place } from './place.ts';
import { keepsRows } from './stored-rows.ts';
import { isCatalogOnly, typeChange, type TypeChange } from './type-change.ts';
import { obstacle } from './type-obstacles.ts';
import { swapped } from './type-swap.ts';
import { constraintsOf, holds } from './type-along.ts';
import type { Partner } from './type-keys.ts';
import { namesFor } from './type-names.ts';
import { bare, commandsOf, treeOfText } from './text.ts';

/** Forms of ALTER COLUMN TYPE: at once where the server keeps the rows as they are, by a new column beside the old one where it would write the table anew, and as written with the reason where neither can be. */
export function changeType(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const { table } = place;
  const sql = `ALTER TABLE ${place.name} ${text}`;
  const column = columnOf(place, cmd.name ?? '');
  const asWritten = (because: string): readonly StepDraft[] => [
    {
      sql,
      phase: 'contract',
      transaction: true,
      concerns: [cmd.name ?? ''],
      statementTimeoutMs: 0,
      reason: `Writes all of ${table.name} and its indexes anew while everybody waits. A new column beside the old one cannot take its place, because ${because}`,
    },
  ];
  if (!column) return asWritten('an earlier statement of this change makes it');
  const change = typeChange(column, cmd, text);
  const indexed = table.indexes.some(({ definition }) => mentions(definition, column.name));
  if (isCatalogOnly(change, indexed)) return inCatalog(place, change, sql);
  const small = smallness(place);
  if (small !== undefined) return asWrittenSmall(place, sql, change, small);
  const others = exchanged(place.context);
  const swaps = new Set(others.flatMap((other) => (sameName(other.place.table, table) ? [other.at] : [])));
  const because = busy(place, column, { but: swaps, others: [] }) ?? obstacle(place, change);
  if (because !== undefined) return asWritten(because);
  const after = busy(place, column, { others }) !== undefined;
  const near = others.filter((other) => other.at !== now(place) && meet(place, column, other));
  const partners = near
    .filter((other) => !after && !other.after && place.context.apart !== true)
    .map((other): Partner => ({
      table: other.place.table,
      column: other.change.column,
      names: namesFor(other.place, other.change.column, 'new'),
      earlier: other.at < now(place),
    }));
  const drafts = swapped(place, change, partners);
  // Two exchanges that share an index or a key, but cannot be made side by side, follow each other to the end.
  if (after || near.some(({ at }) => at < now(place) && partners.length < near.length))
    return drafts.map((draft) => ({ ...draft, phase: 'contract' }));
  return partners.length > 0 ? drafts.map((draft) => ({ ...draft, together: true })) : drafts;
}

interface Exchange {
  readonly at: number;
  readonly place: Place;
  readonly change: TypeChange;
  /** It waits for an earlier exchange of its table. */
  readonly after: boolean;
}

/** Number of the statement that is being planned. */
const now = ({ context }: Place): number => context.earlier?.length ?? 0;

const known = new WeakMap<readonly string[], readonly Exchange[]>();

/** All columns that the change gives a new place. */
function exchanged(context: OnlineContext): readonly Exchange[] {
  const { all = [] } = context;
  const found = known.get(all);
  if (found) return found;
  const exchanges = all.flatMap((text, at): Exchange[] => {
    if (!/\bTYPE\b/i.test(text)) return [];
    const sql = bare(text);
    const tree = treeOfText(sql);
    const statement = 'AlterTableStmt' in tree ? tree.AlterTableStmt : undefined;
    const [node] = statement?.cmds ?? [];
    const cmd = node && 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    if (cmd?.subtype !== 'AT_AlterColumnType') return [];
    const written = nameOf(statement!.relation);
    const table = isFresh(written, context) ? undefined : existing(written, context);
    const column = table?.columns.find(({ name }) => name === cmd.name);
    if (!table || !column) return [];
    const place: Place = {
      table,
      name: quote.name(table),
      context: { ...context, earlier: all.slice(0, at) },
    };
    const change = typeChange(column, cmd, commandsOf(sql)[0]!);
    const indexed = table.indexes.some(({ definition }) => mentions(definition, column.name));
    return isCatalogOnly(change, indexed) || isSmall(place) || obstacle(place, change) !== undefined
      ? []
      : [{ at, place, change, after: false }];
  });
  const settled = exchanges.map((each) => ({
    ...each,
    after: busy(each.place, each.change.column, { others: exchanges }) !== undefined,
  }));
  if (all.length > 0) known.set(all, settled);
  return settled;
}

/** Whether a foreign key leads from one of the columns to the other. */
function meet(place: Place, column: Column, other: Exchange): boolean {
  const leads = (from: Place, own: Column, to: Place, end: Column): boolean =>
    from.table.constraints.some(
      ({ kind, columns, references }) =>
        kind === 'foreign' &&
        references !== undefined &&
        sameName(references, to.table) &&
        columns.includes(own.name) &&
        references.columns.includes(end.name),
    );
  return (
    leads(place, column, other.place, other.change.column) ||
    leads(other.place, other.change.column, place, column)
  );
}

/** The type in the catalog only; checks on the column would be verified on all rows under its lock, so they come back unverified and are verified after. */
function inCatalog(place: Place, { column, type }: TypeChange, sql: string): readonly StepDraft[] {
  const { name: table } = place;
  const back = keepsRows(type, column.type);
  // An assignment refuses what the old type cannot hold; a cast would cut it off in silence.
  const cast = column.type === 'xml' ? ` USING ${quote.identifier(column.name)}::xml` : '';
  const undo = `ALTER TABLE ${table} ALTER COLUMN ${quote.identifier(column.name)} TYPE ${column.type}${column.collation ? ` COLLATE ${column.collation}` : ''}${cast}`;
  const reason = `The stored rows stay as they are: a lock for a moment${back ? '' : '. The way back writes them anew while everybody waits, and stops at values that are too long'}`;
  const { earlier = [] } = place.context;
  const checks = constraintsOf(place, column).filter(
    ({ kind, name }) =>
      kind === 'check' &&
      !earlier.some(
        (text) =>
          /\bDROP\s+CONSTRAINT\b/i.test(text) && mentions(text, place.table.name) && mentions(text, name),
      ),
  );
  if (checks.length === 0) return [quick(sql, reason, undo)];
  const named = checks.map((check) => ({ ...check, quoted: quote.identifier(check.name) }));
  return [
    quick(
      [
        `ALTER TABLE ${table} ${named.map(({ quoted }) => `DROP CONSTRAINT ${quoted}`).join(', ')}`,
        sql,
        ...named.flatMap(({ quoted, definition, enforced, validated, comment }) => [
          `ALTER TABLE ${table} ADD CONSTRAINT ${quoted} ${definition}${enforced && validated ? ' NOT VALID' : ''}`,
          ...(comment === undefined
            ? []
            : [`COMMENT ON CONSTRAINT ${quoted} ON ${table} IS ${quote.literal(comment)}`]),
        ]),
      ].join(';\n'),
      `${reason}. Its checks go and come back in the same transaction, so that old rows are not read under this lock`,
      undo,
    ),
    ...named
      .filter(({ enforced, validated }) => enforced && validated)
      .map(({ quoted, name }) =>
        quick(
          `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted}`,
          `Old rows passed ${name} before and do so again, while readers and writers go on`,
          '',
        ),
      ),
  ];
}

/** What an earlier statement of the same change does to the column, or to what comes along with it; `but` are numbers of statements to pass over, and foreign keys between two exchanges are no hindrance. */
function busy(
  place: Place,
  column: Column,
  { but = new Set(), others }: { readonly but?: ReadonlySet<number>; readonly others: readonly Exchange[] },
): string | undefined {
  const { table, context } = place;
  const along = [
    ...constraintsOf(place, column).filter(
      ({ references }) =>
        !others.some(
          (other) =>
            references &&
            sameName(other.place.table, references) &&
            references.columns.includes(other.change.column.name),
        ),
    ),
    ...table.indexes.filter((index) => holds(index, column)),
  ];
  const near = table.columns.filter(({ name }) =>
    along.some(({ definition }) => mentions(definition.slice(definition.indexOf('(')), name)),
  );
  for (const [at, earlier] of (context.earlier ?? []).entries()) {
    if (but.has(at)) continue;
    const named = along.find(({ name }) => mentions(earlier, name));
    if (named) return `an earlier statement of this change works on ${named.name}`;
    const shared = [column, ...near].find(({ name }) => mentions(earlier, name));
    if (mentions(earlier, table.name) && shared)
      return `an earlier statement of this change works on ${shared.name}`;
  }
  return undefined;
}

function asWrittenSmall(
  place: Place,
  sql: string,
  { column }: TypeChange,
  because: string,
): readonly StepDraft[] {
  return [
    {
      sql,
      phase: 'contract',
      transaction: true,
      concerns: [column.name],
      reason: `${because}: written anew in place, which takes a moment under ACCESS EXCLUSIVE`,
    },
  ];
}
