import { editDistance } from '../base/text.ts';
import type { Catalog, Name } from '../catalog/model.ts';
import type { StatementPart } from '../engine/model.ts';
import type { ChangeQuestion, Wish } from './model.ts';

/** One command of a wish. */
export interface Part {
  readonly wish: Wish;
  readonly part: StatementPart;
}

type Object = NonNullable<StatementPart['object']>;

/** What became of drops and adds: renames where the task says so, questions where it looks like it. */
export interface Renamed {
  readonly parts: readonly Part[];
  readonly questions: readonly ChangeQuestion[];
}

/** Looks for a DROP and an ADD that are one rename. `rename` maps `table.column` (or a table) to the new name, or to `no`. */
export function findRenames(
  parts: readonly Part[],
  before: Catalog,
  rename: Readonly<Record<string, string>>,
  quote: (name: string) => string,
): Renamed {
  const questions: ChangeQuestion[] = [];
  let kept = [...parts];
  for (const dropped of parts) {
    const object = dropped.part.object;
    if (object?.kind !== 'drop') continue;
    const from = object.column === undefined ? object.table.name : `${object.table.name}.${object.column}`;
    const answer = rename[from] ?? rename[`${object.table.schema || 'public'}.${from}`];
    if (answer === 'no') continue;
    const added = parts.filter(
      ({ part }) =>
        part.object?.kind === 'add' &&
        (object.column === undefined
          ? part.object.column === undefined
          : sameTable(part.object.table, object.table) && part.object.column !== undefined),
    );
    const meant = added.find(({ part }) => nameOf(part.object!) === answer);
    if (meant) {
      const sql =
        object.column === undefined
          ? `ALTER TABLE ${quote(object.table.name)} RENAME TO ${quote(answer!)}`
          : `ALTER TABLE ${object.table.schema ? `${quote(object.table.schema)}.` : ''}${quote(object.table.name)} RENAME COLUMN ${quote(object.column)} TO ${quote(answer!)}`;
      const wish: Wish = {
        sql,
        claims: dropped.wish.claims,
        reason: `${from} is renamed to ${answer}, as the task says`,
      };
      kept = kept.flatMap((each) =>
        each === meant ? [] : each === dropped ? [{ wish, part: { sql } }] : [each],
      );
    } else if (answer === undefined) {
      const alike = added.filter(({ part }) => looksAlike(object, part.object!, before));
      if (alike.length === 1) {
        const to = nameOf(alike[0]!.part.object!);
        questions.push({
          text: `${from} is dropped and ${to} is added: is that a rename? As written, what ${from} holds is lost.`,
          answer: `change: { rename: { ${from}: ${to} } }`,
        });
      }
    }
  }
  return { parts: kept, questions };
}

function nameOf({ table, column }: Object): string {
  return column ?? table.name;
}

function sameTable(a: Name, b: Name): boolean {
  return a.name === b.name && (a.schema || 'public') === (b.schema || 'public');
}

/** Columns of one type, or with similar names; tables with similar names. */
function looksAlike(dropped: Object, added: Object, { tables }: Catalog): boolean {
  const [from, to] = [nameOf(dropped), nameOf(added)];
  const similar =
    from.includes(to) || to.includes(from) || editDistance(from, to) <= Math.max(from.length, to.length) / 2;
  if (dropped.column === undefined) return similar;
  const type = tables
    .find((table) =>
      sameTable(table, { schema: dropped.table.schema || table.schema, name: dropped.table.name }),
    )
    ?.columns.find(({ name }) => name === dropped.column)?.type;
  return similar || (type !== undefined && added.type !== undefined && plain(type) === plain(added.type));
}

function plain(type: string): string {
  const bare = type.toLowerCase().replaceAll(/\s+/g, ' ').trim();
  return (
    {
      'timestamp with time zone': 'timestamptz',
      'timestamp without time zone': 'timestamp',
      int: 'integer',
      int4: 'integer',
      int8: 'bigint',
      bool: 'boolean',
    }[bare] ?? bare.replace('character varying', 'varchar')
  );
}
