import type { InsertStmt, Node } from 'libpg-query';
import { fitBytes } from '../../../base/text.ts';
import { primaryKey } from '../../../catalog/find.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { nameOf, walk, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { inBatches } from './batches.ts';
import { mentions } from './columns-in.ts';
import { existing, isFresh, quick, type Place } from './place.ts';
import { bare, findOutside, treeOfText } from './text.ts';
import { lex } from '../grammar/lex.ts';

/**
 * INSERT INTO a new table … SELECT FROM one in use that loses what is copied: a trigger brings along what is written meanwhile, batches along
 * the key copy old rows. Undefined where the statement is another, or more than that.
 */
export function copyRows(
  statement: InsertStmt,
  sql: string,
  context: OnlineContext,
): readonly StepDraft[] | undefined {
  const target = nameOf(statement.relation);
  const select =
    statement.selectStmt && 'SelectStmt' in statement.selectStmt
      ? statement.selectStmt.SelectStmt
      : undefined;
  const [from] = select?.fromClause ?? [];
  const relation = from && 'RangeVar' in from && select?.fromClause?.length === 1 ? from.RangeVar : undefined;
  const source =
    relation && !isFresh(nameOf(relation), context) ? existing(nameOf(relation), context) : undefined;
  const more =
    !select ||
    [select.groupClause, select.distinctClause, select.sortClause, select.lockingClause].some(
      (clause) => clause !== undefined,
    ) ||
    [
      select.havingClause,
      select.limitCount,
      select.limitOffset,
      select.withClause,
      statement.withClause,
      statement.onConflictClause,
    ].some((clause) => clause !== undefined) ||
    (select.op ?? 'SETOP_NONE') !== 'SETOP_NONE' ||
    /\bRETURNING\b/i.test(sql);
  if (more || !source || source.kind !== 'table' || !isFresh(target, context)) return undefined;
  const { all = [], earlier = [] } = context;
  const loses = all
    .slice(earlier.length + 1)
    .some((text) => /\bDROP\b/i.test(text) && mentions(text, source.name));
  const key = primaryKey(source);
  const results = (select.targetList ?? []).flatMap((node) => ('ResTarget' in node ? [node.ResTarget] : []));
  const columns = (statement.cols ?? []).flatMap((node) =>
    'ResTarget' in node ? (node.ResTarget.name ?? []) : [],
  );
  if (!loses || key.length === 0 || columns.length !== results.length) return undefined;
  // The copy of a row is found again by the source's key, which it has to hold as it is.
  const own = key.map((column) => columns[results.findIndex(({ val }) => plainColumn(val) === column)]);
  if (own.some((column) => column === undefined) || !isUnique(earlier, target.name, own as string[]))
    return undefined;
  if (calls(results)) return undefined;

  const text = bare(sql);
  const place: Place = { table: source, name: quote.name(source), context };
  const alias = quote.identifier(relation!.alias?.aliasname ?? source.name);
  const into = quote.name({ schema: target.schema || 'public', name: target.name });
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const tokens = lex(text);
  const [start, fromAt, whereAt] = ['select', 'from', 'where'].map((word) => findOutside(tokens, [word]));
  const values = text.slice(tokens[start!]!.to, tokens[fromAt!]!.from).trim();
  const where = whereAt! < 0 ? undefined : text.slice(tokens[whereAt!]!.to).trim();
  const name = fitBytes(`zz_${source.name}_${target.name}_copy`, quote.maxBytes);
  // Foreign keys are checked by triggers named RI_…: the copy has to follow its row before they look.
  const trigger = quote.identifier(fitBytes(`AA_${source.name}_${target.name}_copy`, quote.maxBytes));
  const fun = quote.name({ schema: source.schema, name });
  const row = (record: string): string =>
    `SELECT ${values} FROM (SELECT ${record}.*) AS ${alias}${where === undefined ? '' : ` WHERE ${where}`}`;
  const same = key
    .map((column, at) => `${quote.identifier(own[at]!)} = OLD.${quote.identifier(column)}`)
    .join(' AND ');
  const range = (condition: string): string =>
    `INSERT INTO ${into} (${list})\nSELECT ${values} FROM ${place.name}${relation!.alias ? ` AS ${alias}` : ''}\nWHERE ${condition}${where === undefined ? '' : ` AND (${where})`}\nFOR UPDATE OF ${alias}\nON CONFLICT DO NOTHING`;
  const off = `DROP TRIGGER IF EXISTS ${trigger} ON ${place.name};\nDROP FUNCTION IF EXISTS ${fun}()`;
  return [
    quick(
      `CREATE FUNCTION ${fun}() RETURNS trigger LANGUAGE plpgsql AS $copy$
BEGIN
  IF TG_OP = 'UPDATE' AND ROW(OLD.*) IS NOT DISTINCT FROM ROW(NEW.*) THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM ${quote.full({ schema: target.schema || 'public', name: target.name })} WHERE ${same};
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO ${quote.full({ schema: target.schema || 'public', name: target.name })} (${list}) ${row('NEW')};
  END IF;
  RETURN NULL;
END
$copy$;
CREATE TRIGGER ${trigger} AFTER INSERT OR UPDATE OR DELETE ON ${place.name} FOR EACH ROW EXECUTE FUNCTION ${fun}();
ALTER TABLE ${place.name} ENABLE ALWAYS TRIGGER ${trigger}`,
      `What is written to ${source.name} from now on is in ${target.name} too, by replication as well: SHARE ROW EXCLUSIVE for a moment. The new table follows the old one until the last phase: the application writes to it only after that`,
      off,
    ),
    {
      sql: inBatches(source, alias, range)!,
      phase: 'backfill',
      transaction: false,
      undo: `DELETE FROM ${into}`,
      statementTimeoutMs: 0,
      batch: {
        table: { schema: source.schema, name: source.name },
        key,
        set: '',
        where: '',
        statement: range('/* range */ true'),
        ...(relation!.alias ? { alias } : {}),
      },
      reason:
        'Old rows are copied batch by batch, each locked while it is; what is there already stays, so it can be stopped and run again',
    },
    {
      sql: `DO $check$\nBEGIN\n  IF (SELECT count(*) FROM ${place.name}${relation!.alias ? ` AS ${alias}` : ''}${where === undefined ? '' : ` WHERE ${where}`}) <> (SELECT count(*) FROM ${into}) THEN\n    RAISE EXCEPTION ${quote.literal(`${target.name} is not in step with ${source.name}`.replaceAll('%', '%%'))};\n  END IF;\nEND\n$check$`,
      phase: 'backfill',
      transaction: true,
      undo: '',
      statementTimeoutMs: 0,
      reason: 'Counts the rows on both sides at one moment; reads only',
    },
    {
      sql: off.replaceAll(' IF EXISTS', ''),
      phase: 'contract',
      transaction: true,
      undo: '',
      concerns: ['*'],
      reason: `The new table stands by itself from now on: ACCESS EXCLUSIVE on ${source.name} for a moment`,
    },
  ];
}

function plainColumn(node: Node | undefined): string | undefined {
  return node && 'ColumnRef' in node ? words(node.ColumnRef.fields).at(-1) : undefined;
}

/** A value that differs from call to call would not be the same in trigger and batch. */
function calls(results: readonly unknown[]): boolean {
  let found = false;
  walk(results, (kind) => {
    if (kind === 'FuncCall' || kind === 'SQLValueFunction' || kind === 'SubLink') found = true;
  });
  return found;
}

/** Whether the new table's own text gives it a key among these columns, or one that holds them all. */
function isUnique(earlier: readonly string[], table: string, columns: readonly string[]): boolean {
  return earlier.some((sql) => {
    const tree = treeOfText(bare(sql));
    if (!('CreateStmt' in tree) || tree.CreateStmt.relation?.relname !== table) return false;
    return (tree.CreateStmt.tableElts ?? []).some((node) => {
      const inline =
        'ColumnDef' in node
          ? (node.ColumnDef.constraints ?? []).flatMap((each) =>
              'Constraint' in each
                ? [
                    {
                      ...each.Constraint,
                      keys: [{ String: { sval: node.ColumnDef.colname ?? '' } }] as Node[],
                    },
                  ]
                : [],
            )
          : 'Constraint' in node
            ? [node.Constraint]
            : [];
      return inline.some(
        ({ contype, keys }) =>
          (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') &&
          columns.every((column) => words(keys).includes(column)) &&
          words(keys).length === columns.length,
      );
    });
  });
}
