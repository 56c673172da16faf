import type { IndexStmt } from 'libpg-query';
import { fail } from '../../../base/error.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Index, Table } from '../../../catalog/model.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameFrom, text as textOf } from '../grammar/tree.ts';
import type { Node } from 'libpg-query';
import { quote } from '../quote.ts';
import { clearInvalid, defaultName, quick, type Place } from './place.ts';
import { mentions } from './columns-in.ts';
import { bare, is } from './text.ts';

/** CREATE INDEX on a table in use: beside its readers and writers, named, and free of what a failed attempt left. */
export function createIndex(place: Place, statement: IndexStmt, sql: string): readonly StepDraft[] {
  const { table } = place;
  const name = statement.idxname ?? defaultName(place, keyWords(statement), 'idx');
  const found = table.indexes.find((index) => index.name === name);
  const dropped = found !== undefined && goesBefore(found, place);
  if (dropped) return afterDrop(createIndex(without(place, found), statement, sql));
  const known = found;
  if (known?.valid && statement.if_not_exists) return [];
  const other = known ?? named(name, table.schema, place.context);
  // An index of the same table that is not valid is what a failed build left.
  const left = known !== undefined && !known.valid && known.constraint === undefined;
  if (other && !left)
    fail('change.refused', `There is an index ${name} already: ${other.definition}.`, {
      hint: 'Give the new index another name.',
    });
  const schema = table.schema === 'public' ? '' : `${quote.identifier(table.schema)}.`;
  const quoted = quote.identifier(name);
  const { start, rest } = around(sql);
  if (table.kind === 'partitioned') {
    const parts = place.context.before.tables.filter(
      ({ partitionOf }) => partitionOf && sameName(partitionOf, table),
    );
    const whole = `${schema}${quoted}`;
    if (statement.relation?.inh !== false && parts.length > 0 && parts.every(({ kind }) => kind === 'table'))
      return partByPart(place, statement, { start, whole, quoted, body: bodyOf(rest) }, parts);
    return [
      quick(
        `${start} ${quoted} ${rest}`,
        'An index of a partitioned table is built on all parts in one go: their writers wait',
        `DROP INDEX ${whole}`,
      ),
    ];
  }
  const probe = statement.unique && !statement.whereClause ? duplicates(place, statement) : undefined;
  const computed = (statement.indexParams ?? []).some((node) => 'IndexElem' in node && node.IndexElem.expr);
  return [
    {
      sql: `${left ? `DROP INDEX CONCURRENTLY IF EXISTS ${schema}${quoted}` : clearInvalid(`${schema}${quoted}`, place.context)};\n${start} CONCURRENTLY ${quoted} ${rest}`,
      phase: 'expand',
      transaction: false,
      undo: `DROP INDEX CONCURRENTLY ${schema}${quoted}`,
      undoOutside: true,
      statementTimeoutMs: 0,
      ...(probe ? { probe } : {}),
      reason:
        'Built beside readers and writers: SHARE UPDATE EXCLUSIVE; what a failed attempt left goes first, a valid index of this name does not',
    },
    ...(computed
      ? [
          {
            sql: `ANALYZE ${place.name}`,
            phase: 'expand' as const,
            transaction: true,
            undo: '',
            statementTimeoutMs: 0,
            reason:
              'Values of an expression are counted only now that it is indexed; beside readers and writers',
          },
        ]
      : []),
  ];
}

/** Whether an earlier statement of the same change drops the index, or a column that it is on. */
function goesBefore(index: Index, { table, context }: Place): boolean {
  return (context.earlier ?? []).some((sql) => {
    const tokens = lex(sql);
    const gone = tokens.findIndex((token) => is(token, 'drop'));
    if (gone < 0) return false;
    if (is(tokens[gone + 1], 'index')) return mentions(sql, index.name);
    return (
      is(tokens[gone + 1], 'column') &&
      mentions(sql, table.name) &&
      table.columns.some(
        ({ name }) => mentions(sql.slice(tokens[gone]!.from), name) && mentions(index.definition, name),
      )
    );
  });
}

/** The place as it is once the index is gone. */
function without(place: Place, index: Index): Place {
  const table = { ...place.table, indexes: place.table.indexes.filter((one) => one !== index) };
  const tables = place.context.before.tables.map((one) =>
    one === place.table || sameName(one, table) ? table : one,
  );
  return { ...place, table, context: { ...place.context, before: { ...place.context.before, tables } } };
}

/** What takes the place of something that is dropped comes when that is gone. */
function afterDrop(drafts: readonly StepDraft[]): readonly StepDraft[] {
  return drafts.map((draft) => ({ ...draft, phase: 'contract' }));
}

interface Written {
  /** `CREATE [UNIQUE] INDEX`. */
  readonly start: string;
  /** The index of the whole, with its schema and alone. */
  readonly whole: string;
  readonly quoted: string;
  /** All behind the table's name. */
  readonly body: string;
}

/** The index of a partitioned table, built on each part beside its writers and then put together. */
function partByPart(
  place: Place,
  statement: IndexStmt,
  { start, whole, quoted, body }: Written,
  parts: readonly Table[],
): readonly StepDraft[] {
  const built = parts.map((part) => {
    const name = quote.identifier(defaultName({ ...place, table: part }, keyWords(statement), 'idx'));
    return {
      part,
      name,
      qualified: part.schema === 'public' ? name : `${quote.identifier(part.schema)}.${name}`,
    };
  });
  return [
    quick(
      `${start} ${quoted} ON ONLY ${place.name} ${body}`,
      'The index of the whole, still without its parts and not valid: SHARE on the partitioned table alone for a moment',
      `DROP INDEX ${whole}`,
    ),
    ...built.map(({ part, name, qualified }): StepDraft => ({
      sql: `${clearInvalid(qualified, place.context)};\n${start} CONCURRENTLY ${name} ON ${quote.name(part)} ${body}`,
      phase: 'expand',
      transaction: false,
      undo: '',
      statementTimeoutMs: 0,
      reason: `The part on ${part.name}, built beside its readers and writers: SHARE UPDATE EXCLUSIVE`,
    })),
    ...built.map(({ qualified }) =>
      quick(
        `ALTER INDEX ${whole} ATTACH PARTITION ${qualified}`,
        'ACCESS EXCLUSIVE on the index of the part for a moment; with its last part the index of the whole is valid',
        '',
      ),
    ),
  ];
}

/** What stands behind `ON [ONLY] name`. */
function bodyOf(rest: string): string {
  const tokens = lex(rest);
  let at = is(tokens[1], 'only') ? 2 : 1;
  while (tokens[at + 1]?.text === '.') at += 2;
  return rest.slice(tokens[at + 1]!.from);
}

/** `CREATE [UNIQUE] INDEX`, and all from ON: what lies between is written anew. */
function around(sql: string): { readonly start: string; readonly rest: string } {
  const whole = bare(sql);
  const tokens = lex(whole);
  const on = tokens.find((token) => is(token, 'on'))!;
  return {
    start: tokens.some((token) => token.from < on.from && is(token, 'unique'))
      ? 'CREATE UNIQUE INDEX'
      : 'CREATE INDEX',
    rest: whole.slice(on.from),
  };
}

/** Words PostgreSQL would put into the name of an index without one. */
function keyWords({ indexParams = [] }: IndexStmt): readonly string[] {
  return indexParams.map((node) => {
    const element = 'IndexElem' in node ? node.IndexElem : undefined;
    if (element?.name) return element.name;
    const expression = element?.expr;
    return (
      (expression && 'FuncCall' in expression ? textOf(expression.FuncCall.funcname?.at(-1)) : undefined) ??
      'expr'
    );
  });
}

/** Values that two rows share, of a unique index over plain columns. */
function duplicates({ name }: Place, { indexParams = [] }: IndexStmt): string | undefined {
  const columns = indexParams
    .flatMap((node) => ('IndexElem' in node ? (node.IndexElem.name ?? []) : []))
    .map((column) => quote.identifier(column));
  if (columns.length !== indexParams.length) return undefined;
  return `SELECT ${columns.join(', ')} FROM ${name} WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')} GROUP BY ${columns.join(', ')} HAVING count(*) > 1 LIMIT 1`;
}

/** DROP INDEX, one at a time and without a queue behind it. */
export function dropIndexes(
  objects: readonly Node[],
  missingOk: boolean,
  context: OnlineContext,
): readonly StepDraft[] {
  return objects.flatMap((object): StepDraft[] => {
    const written = nameFrom('List' in object ? object.List.items : [object]);
    const found = findIndex(written.schema, written.name, context);
    if (!found) {
      if (missingOk) return [];
      return fail('change.refused', `The index ${written.name} that the change drops does not exist.`);
    }
    const { index, table } = found;
    if (index.constraint)
      fail('change.refused', `The index ${index.name} belongs to the constraint ${index.constraint}.`, {
        hint: `Drop the constraint of ${table.name} instead.`,
      });
    const name = quote.name({ schema: index.schema, name: index.name });
    const definition = index.definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ');
    const partitioned = table.kind === 'partitioned';
    return [
      {
        sql: partitioned ? `DROP INDEX ${name}` : `DROP INDEX CONCURRENTLY ${name}`,
        phase: 'contract',
        transaction: partitioned,
        undo: partitioned ? index.definition : definition,
        undoOutside: !partitioned,
        reason: 'Last, when no query of the old application needs it any more; nobody waits',
      },
    ];
  });
}

function named(name: string, schema: string, { before }: OnlineContext): Index | undefined {
  return before.tables
    .flatMap(({ indexes }) => indexes)
    .find((index) => index.name === name && index.schema === schema);
}

function findIndex(
  schema: string,
  name: string,
  { before }: OnlineContext,
): { readonly index: Index; readonly table: Table } | undefined {
  for (const table of before.tables) {
    const index = table.indexes.find(
      (candidate) => candidate.name === name && (schema === '' || candidate.schema === schema),
    );
    if (index) return { index, table };
  }
  return undefined;
}
