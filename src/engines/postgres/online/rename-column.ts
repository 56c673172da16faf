import { fitBytes } from '../../../base/text.ts';
import type { Column } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { treeOfText } from './text.ts';
import { quote } from '../quote.ts';
import { analyzed, updateInBatches } from './batches.ts';
import { loudTriggers, quieted, quietBatch } from './carried.ts';
import { indexOn } from './columns-in.ts';
import { clearInvalid, columnOf, quick, type Place } from './place.ts';
import { isComparable } from './stored-rows.ts';
import { holds } from './type-along.ts';
import { tableObstacle } from './type-obstacles.ts';
import { isVolatile } from './volatile.ts';

/**
 * RENAME COLUMN with both names alive while old and new application run: a second column under the new name, kept in step both ways. At the
 * end it goes again, and the old column takes the name: it keeps its place and all that hangs on it. A sentence when that cannot be.
 */
export function renameColumn(place: Place, from: string, to: string): readonly StepDraft[] | string {
  const { table, name, context } = place;
  const column = columnOf(place, from);
  if (!column) return 'an earlier statement of this change makes it';
  if (column.generated) return 'it is a generated column';
  const mentioned = (context.earlier ?? []).some(
    (sql) => new RegExp(String.raw`\b${table.name.replaceAll(/\W/g, '.')}\b`).test(sql) && sql.includes(from),
  );
  if (mentioned) return 'an earlier statement of this change works on it';
  const because = tableObstacle(place, column);
  if (because !== undefined) return because;

  const [old, fresh] = [quote.identifier(from), quote.identifier(to)];
  const names = namesOf(place, to);
  const trigger = (own: string): string =>
    `CREATE TRIGGER ${quote.identifier(own)} BEFORE INSERT OR UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION ${functionOf(place, own)}();\nALTER TABLE ${name} ENABLE ALWAYS TRIGGER ${quote.identifier(own)}`;
  const { known, take } = taking(column, old, fresh);
  const give = `  NEW.${fresh} := NEW.${old};`;
  const quiet = quieted(place);
  const bodies: readonly (readonly [string, string])[] =
    names.first === undefined
      ? [[names.last, `${take}\n${give}`]]
      : [
          [names.first, take],
          [names.last, give],
        ];
  const drop = bodies.map(
    ([own]) =>
      `DROP TRIGGER IF EXISTS ${quote.identifier(own)} ON ${name};\nDROP FUNCTION IF EXISTS ${functionOf(place, own)}()`,
  );
  const expand = quick(
    [
      ...bodies.map(
        ([own, body]) =>
          `CREATE FUNCTION ${functionOf(place, own)}() RETURNS trigger LANGUAGE plpgsql AS $sync$\nBEGIN\n${body}\n  RETURN NEW;\nEND\n$sync$`,
      ),
      `ALTER TABLE ${name} ADD COLUMN ${fresh} ${column.type}${column.collation ? ` COLLATE ${column.collation}` : ''}${known === undefined ? '' : `, ALTER COLUMN ${fresh} SET DEFAULT ${known}`}`,
      ...bodies.map(([own]) => trigger(own)),
      ...column.grants.map(
        ({ privilege, to: role, grantable }) =>
          `GRANT ${privilege} (${fresh}) ON ${name} TO ${role === 'PUBLIC' ? role : quote.identifier(role)}${grantable ? ' WITH GRANT OPTION' : ''}`,
      ),
      ...quiet.before,
    ].join(';\n'),
    `Both names live side by side, and triggers keep them in step both ways, for writes of replication too: ACCESS EXCLUSIVE for a moment. A rename alone breaks the running application that moment${
      known === undefined && column.default !== undefined
        ? `. An explicit NULL under the new name takes the default of ${from}, since it cannot be told from none`
        : ''
    }`,
    [
      ...quiet.after,
      ...drop,
      // After the switch the name belongs to the column itself.
      `DO $undo$\nBEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = ${quote.literal(quote.full(table))}::regclass AND attname = ${quote.literal(from)} AND NOT attisdropped) THEN\n    ALTER TABLE ${name} DROP COLUMN IF EXISTS ${fresh};\n  END IF;\nEND\n$undo$`,
    ].join(';\n'),
  );
  return [
    expand,
    {
      ...updateInBatches(
        place,
        `${fresh} = ${old}`,
        `${compared(column, fresh)} IS DISTINCT FROM ${compared(column, old)}`,
        loudTriggers(table).length > 0 ? quietBatch : [],
      )!,
      phase: 'backfill',
      undo: '',
      statementTimeoutMs: 0,
      reason:
        'Old rows get their value under the new name too, batch by batch; the application may ask for the new name after this phase',
    },
    ...table.indexes
      .filter((index) => holds(index, column))
      .map((index): StepDraft => {
        const own = fitBytes(`${index.name}_${to}`, quote.maxBytes);
        const qualified = quote.name({ schema: index.schema, name: own });
        return {
          sql: `${clearInvalid(qualified, context)};\n${indexOn(index.definition, own, from, to)}`,
          phase: 'backfill',
          transaction: false,
          undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`,
          undoOutside: true,
          statementTimeoutMs: 0,
          reason: `What ${index.name} is for ${from}, for queries and ON CONFLICT that use the new name meanwhile; it goes with the switch`,
        };
      }),
    analyzed(place, [to]),
    {
      sql: [
        ...drop.map((sql) => sql.replaceAll(' IF EXISTS', '')),
        ...quiet.after,
        `ALTER TABLE ${name} DROP COLUMN ${fresh}`,
        `ALTER TABLE ${name} RENAME COLUMN ${old} TO ${fresh}`,
      ].join(';\n'),
      phase: 'contract',
      transaction: true,
      undo: `ALTER TABLE ${name} RENAME COLUMN ${fresh} TO ${old}`,
      concerns: [from, to],
      reason: `Last, when nothing asks for ${from} any more: the second column goes, and ${from} takes its name, place, indexes and rights as they are: ACCESS EXCLUSIVE for a moment`,
    },
  ];
}

/** A default that is the same wherever it is evaluated in one statement tells which of the names was written. */
function taking(
  column: Column,
  old: string,
  fresh: string,
): { readonly known?: string; readonly take: string } {
  const { default: text } = column;
  const tree = text === undefined ? undefined : treeOfText(`SELECT ${text}`);
  const steady = column.identity === undefined && !isVolatile(tree);
  const known = text !== undefined && steady ? text : undefined;
  const written =
    known === undefined
      ? `NEW.${fresh} IS NOT NULL`
      : `${compared(column, `NEW.${fresh}`)} IS DISTINCT FROM ${compared(column, `(${known})::${column.type}`)}`;
  return {
    ...(known === undefined ? {} : { known }),
    take: `  IF TG_OP = 'INSERT' THEN
    IF ${written} THEN
      NEW.${old} := NEW.${fresh};
    END IF;
  ELSIF ${compared(column, `NEW.${fresh}`)} IS DISTINCT FROM ${compared(column, `OLD.${fresh}`)} THEN
    NEW.${old} := NEW.${fresh};
  END IF;`,
  };
}

const compared = ({ type }: Column, value: string): string => (isComparable(type) ? value : `${value}::text`);

/** Triggers fire in the order of their names: what was written is taken over before the others see the row, and given to the other name after. */
function namesOf({ table, context }: Place, to: string): { readonly first?: string; readonly last: string } {
  const others = table.triggers.map(({ name }) => name).toSorted();
  const taken = new Set([...others, ...context.before.routines.map(({ name }) => name)]);
  const free = (mark: string, meets: (name: string) => boolean): string => {
    for (let n = 1, lead = mark; ; n++) {
      const name = fitBytes(`${lead}_${table.name}_${to}_both${n > 1 ? `_${n}` : ''}`, quote.maxBytes);
      if (meets(name) && !taken.has(name)) return name;
      if (!meets(name)) lead = mark === 'zz' ? `~${lead}` : `!${lead}`;
    }
  };
  const last = free('zz', (name) => others.length === 0 || name > others.at(-1)!);
  return others.length === 0 ? { last } : { first: free('aa', (name) => name < others[0]!), last };
}

const functionOf = ({ table }: Place, trigger: string): string =>
  quote.name({ schema: table.schema, name: trigger });
