/** Kinds of statements: what each asks of rows, and what it makes of them for those that follow. */
import type { IndexStmt, Node } from 'libpg-query';
import { SqlError } from '../../../base/error.ts';
import { parseName } from '../../../catalog/identity.ts';
import type { Precondition, Statement } from '../../../engine/model.ts';
import { split } from '../grammar/parse.ts';
import { nameFrom, nameOf, walk, words } from '../grammar/tree.ts';
import { lex } from '../grammar/lex.ts';
import { bare, findOutside } from '../online/text.ts';
import { quote } from '../quote.ts';
import { alterTable } from './alter-table.ts';
import { domainAsks } from './domains.ts';
import { columnsOf } from './columns.ts';
import { besideDefault } from './partitions.ts';
import { unique } from './promises.ts';
import { asked, given, nothing, printed } from './say.ts';
import { layer, rowsOf, type State } from './state.ts';
import { deleted, writes } from './writes.ts';
import { inParentheses, splitOutside } from './text.ts';

/** Kinds that no row can make fail. */
const harmless: ReadonlySet<string> = new Set(
  `CommentStmt CreateSchemaStmt CreateSeqStmt AlterSeqStmt CreateFunctionStmt AlterFunctionStmt ViewStmt CreateTrigStmt CreateEventTrigStmt
   AlterEventTrigStmt RuleStmt GrantStmt GrantRoleStmt AlterDefaultPrivilegesStmt CreatePolicyStmt AlterPolicyStmt CompositeTypeStmt CreateRangeStmt
   AlterEnumStmt AlterTypeStmt DefineStmt CreateStatsStmt AlterStatsStmt AlterOwnerStmt AlterObjectDependsStmt TransactionStmt
   VariableShowStmt VacuumStmt LockStmt CreatePublicationStmt AlterPublicationStmt CreateSubscriptionStmt AlterSubscriptionStmt
   DropSubscriptionStmt SecLabelStmt CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt ReassignOwnedStmt DropOwnedStmt CreateFdwStmt AlterFdwStmt
   CreateForeignServerStmt AlterForeignServerStmt CreateUserMappingStmt AlterUserMappingStmt DropUserMappingStmt CreateForeignTableStmt CreateCastStmt
   CreateOpClassStmt CreateOpFamilyStmt AlterOpFamilyStmt AlterOperatorStmt CreateTransformStmt CreateConversionStmt CreatePLangStmt CreateAmStmt
   AlterTSDictionaryStmt AlterTSConfigurationStmt AlterCollationStmt AlterDatabaseSetStmt DiscardStmt NotifyStmt ClusterStmt ReindexStmt
   ConstraintsSetStmt AlterExtensionStmt ExplainStmt AlterTableMoveAllStmt ReplicaIdentityStmt CheckPointStmt`.split(
    /\s+/,
  ),
);

/** What an online form runs before it builds an index: it drops what a failed build left, and touches no row. */
const clearing =
  /^DO \$clear\$\s*BEGIN\s+IF EXISTS \(SELECT FROM pg_catalog\.pg_index [^;]*THEN\s+(?:SET LOCAL lock_timeout = '\d+ms';\s+)?DROP INDEX [^;]*;\s+END IF;\s+END\s+\$clear\$$/;
/** A block of a planned change that only looks whether its own backfill is complete; the step brings a question about the rows. */
const checking =
  /^DO \$check\$\s*BEGIN\s+IF ([^;]*) THEN\s+RAISE EXCEPTION '[^;]* is not in step with [^;]*';\s+END IF;\s+END\s+\$check\$$/;

/** Preconditions of one statement; the state is carried on to the next. */
export function statementAsks(state: State, statement: Statement): readonly Precondition[] {
  const tree = statement.tree as Node;
  const sql = bare(statement.sql);
  if ('AlterTableStmt' in tree)
    return tree.AlterTableStmt.objtype === 'OBJECT_TABLE' ? alterTable(state, tree.AlterTableStmt, sql) : [];
  if ('IndexStmt' in tree) return index(state, tree.IndexStmt, sql);
  if ('CreateStmt' in tree) return created(state, tree.CreateStmt, sql);
  if ('AlterDomainStmt' in tree) return domainAsks(state, tree.AlterDomainStmt, sql);
  if ('CreateEnumStmt' in tree) {
    const { name } = nameFrom(tree.CreateEnumStmt.typeName);
    state.labels.set(name, words(tree.CreateEnumStmt.vals));
    state.made.add(name);
    return [];
  }
  if ('DropStmt' in tree) {
    if (tree.DropStmt.removeType === 'OBJECT_INDEX')
      for (const object of tree.DropStmt.objects ?? [])
        state.cleared.add(nameFrom('List' in object ? object.List.items : []).name);
    if (tree.DropStmt.removeType === 'OBJECT_TABLE')
      for (const object of tree.DropStmt.objects ?? [])
        state.drop(nameFrom('List' in object ? object.List.items : []));
    return [];
  }
  if ('RenameStmt' in tree) {
    renamed(state, tree.RenameStmt);
    return [];
  }
  if ('TruncateStmt' in tree)
    return (tree.TruncateStmt.relations ?? []).flatMap((one) => {
      const table = 'RangeVar' in one ? state.find(nameOf(one.RangeVar)) : undefined;
      return table?.today ? deleted(state, table, undefined, sql.slice(0, 60)) : [];
    });
  if ('VariableSetStmt' in tree) {
    if (tree.VariableSetStmt.name === 'search_path') state.path = pathOf(tree.VariableSetStmt.args);
    return [];
  }
  if ('AlterObjectSchemaStmt' in tree) {
    const { relation, newschema, objectType } = tree.AlterObjectSchemaStmt;
    const table = objectType === 'OBJECT_TABLE' ? state.find(nameOf(relation)) : undefined;
    if (table && newschema) table.name = { schema: newschema, name: table.name.name };
    return [];
  }
  if ('CreateTableAsStmt' in tree) {
    const name = nameOf(tree.CreateTableAsStmt.into?.rel);
    state.make(name, [], `its query is run by this change`);
    return [nothing(undefined, 'rows', `the query of ${name.name} can be calculated`, 'it is not run here')];
  }
  if ('CreateExtensionStmt' in tree) return extension(tree.CreateExtensionStmt.extname ?? '');
  if (
    'UpdateStmt' in tree ||
    'DeleteStmt' in tree ||
    'InsertStmt' in tree ||
    'MergeStmt' in tree ||
    'CopyStmt' in tree ||
    'SelectStmt' in tree
  )
    return writes(state, tree, sql);
  if ('CreateDomainStmt' in tree) {
    state.made.add(nameFrom(tree.CreateDomainStmt.domainname).name);
    return [];
  }
  if ('CompositeTypeStmt' in tree) state.made.add(tree.CompositeTypeStmt.typevar?.relname ?? '');
  if ('CreateRangeStmt' in tree) state.made.add(nameFrom(tree.CreateRangeStmt.typeName).name);
  if ('CreateFunctionStmt' in tree) state.made.add(nameFrom(tree.CreateFunctionStmt.funcname).name);
  if ('DoStmt' in tree && clearing.test(sql)) {
    const name = /DROP INDEX ([^;]*);/.exec(sql)?.[1]?.trim();
    if (name !== undefined) state.cleared.add(parseName(name).name);
    return [];
  }
  if (harmless.has(statement.kind)) return [];
  if ('DoStmt' in tree && onlyLooks(sql)) return [];
  return [
    nothing(
      undefined,
      'rows',
      'the rows let it pass, and stay as the next steps expect',
      `what \`${sql.split('\n')[0]!.slice(0, 60)}\` does to rows cannot be read off its text`,
    ),
  ];
}

/** Whether a block is such a comparison, without calls that could do more than look. */
function onlyLooks(sql: string): boolean {
  const condition = checking.exec(sql)?.[1];
  if (condition === undefined) return false;
  try {
    let calls = 0;
    const statements = split(`SELECT 1 WHERE ${condition}`);
    walk([statements[0]!.tree], (kind, node) => {
      if (kind === 'FuncCall' && words(node['funcname'] as readonly Node[]).join('.') !== 'count') calls += 1;
    });
    return statements.length === 1 && statements[0]!.kind === 'SelectStmt' && calls === 0;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

function index(state: State, node: IndexStmt, sql: string): readonly Precondition[] {
  const table = state.find(nameOf(node.relation));
  if (!table) {
    const name = nameOf(node.relation).name;
    // Materialized views are not among the tables.
    const view = state.context.catalog.views.some((one) => one.name === name);
    return view && !node.unique
      ? []
      : [
          nothing(
            undefined,
            view ? 'unique' : 'structure',
            `the index of ${name} can be built`,
            view ? 'rows of materialized views are not asked' : 'there is no such table',
          ),
        ];
  }
  const there = table.today?.indexes.find(({ name }) => name === node.idxname);
  if (there && !(state.cleared.has(there.name) && !there.valid))
    return node.if_not_exists && there.valid
      ? []
      : [
          given(
            table,
            'structure',
            `there is no index ${there.name} yet`,
            false,
            there.valid
              ? 'there is one'
              : 'there is an invalid one, which a failed build left: drop it first',
          ),
        ];
  const tokens = lex(sql);
  const open = findOutside(tokens, ['on'], 1);
  const rest = sql.slice(tokens[open]?.to ?? 0);
  const whereAt = findOutside(lex(rest), ['where']);
  const where = whereAt < 0 ? undefined : rest.slice(lex(rest)[whereAt]!.to).trim();
  const texts = splitOutside(inParentheses(rest));
  const elements = (node.indexParams ?? []).map((param, at) => {
    const elem = 'IndexElem' in param ? param.IndexElem : {};
    const name = elem.name;
    const text = texts[at] ?? '';
    const collated = elem.collation
      ? ` COLLATE ${words(elem.collation)
          .map((word) => quote.identifier(word))
          .join('.')}`
      : '';
    if (collated !== '' && name !== undefined) return { sql: `${quote.identifier(name)}${collated}` };
    return name === undefined
      ? { sql: text.startsWith('(') ? `(${inParentheses(text)})` : callOf(text) }
      : { sql: quote.identifier(name), column: name };
  });
  if (node.idxname)
    state.indexes.set(node.idxname, {
      table,
      columns: elements.flatMap(({ column }: { column?: string }) => column ?? []),
    });
  const about = [...new Set([...columnsOf(node.whereClause), ...columnsOf(node.indexParams)])].filter(
    (name) => table.columns.has(name),
  );
  if (node.unique)
    return [
      unique(table, elements, {
        together: node.nulls_not_distinct === true,
        about,
        ...(where === undefined ? {} : { where }),
      }),
    ];
  const expressions = elements
    .filter(({ column }: { column?: string }) => column === undefined)
    .map((element) => element.sql);
  if (expressions.length === 0 && where === undefined) return [];
  const says = `the index's expressions can be calculated for every row of ${printed(table)}`;
  const rows = rowsOf(table, about);
  if ('unknown' in rows) return [nothing(table, 'conversion', says, rows.unknown)];
  const list = expressions.length > 0 ? expressions.map((each) => `count(${each})`).join(', ') : 'count(*)';
  return [
    asked('conversion', says, table.today, {
      sql: `SELECT ${list} FROM ${rows.sql}${where === undefined ? '' : ` WHERE ${where}`}`,
      mode: 'no error',
      shown: [],
    }),
  ];
}

/** `lower(email) text_pattern_ops` without what stands behind the call. */
function callOf(text: string): string {
  let depth = 0;
  for (const token of lex(text)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')' && --depth === 0) return text.slice(0, token.to);
  }
  return text;
}

function created(
  state: State,
  node: Extract<Node, { CreateStmt: unknown }>['CreateStmt'],
  sql: string,
): readonly Precondition[] {
  const name = nameOf(node.relation);
  const there = state.find(name);
  if (there?.today)
    return node.if_not_exists
      ? []
      : [
          {
            kind: 'structure',
            says: `there is no table ${name.name} yet`,
            table: there.name,
            answer: { by: 'structure', holds: false, because: 'this database has one' },
          },
        ];
  const columns = (node.tableElts ?? []).flatMap((elt) =>
    'ColumnDef' in elt ? (elt.ColumnDef.colname ?? []) : [],
  );
  state.make(name, columns);
  const [first] = node.partbound ? (node.inhRelations ?? []) : [];
  const parent = first && 'RangeVar' in first ? state.find(nameOf(first.RangeVar)) : undefined;
  return parent ? besideDefault(state, parent, node.partbound, sql) : [];
}

function renamed(state: State, node: Extract<Node, { RenameStmt: unknown }>['RenameStmt']): void {
  const table = state.find(nameOf(node.relation));
  if (!table || !node.newname) return;
  if (node.renameType === 'OBJECT_TABLE') table.name = { schema: table.name.schema, name: node.newname };
  const known =
    node.renameType === 'OBJECT_COLUMN' && node.subname ? table.columns.get(node.subname) : undefined;
  if (known) {
    table.columns.delete(node.subname!);
    table.columns.set(node.newname, { ...known, altered: true });
    if (known.unknown === undefined) layer(table, { [node.newname]: quote.identifier(node.subname!) });
  }
  const pending =
    node.renameType === 'OBJECT_TABCONSTRAINT' && node.subname ? table.pending.get(node.subname) : undefined;
  if (pending) table.pending.set(node.newname, pending);
}

function extension(name: string): readonly Precondition[] {
  return [
    asked('structure', `the extension ${name} is available on the server`, undefined, {
      sql: `SELECT ${quote.literal(name)} AS extension WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = ${quote.literal(name)})`,
      mode: 'no row',
      shown: ['extension'],
    }),
  ];
}

/** Schemas of `SET search_path = …`; undefined for DEFAULT. */
function pathOf(args: readonly Node[] | undefined): readonly string[] | undefined {
  const schemas = (args ?? []).flatMap((one) => ('A_Const' in one ? (one.A_Const.sval?.sval ?? []) : []));
  return schemas.length > 0
    ? schemas.filter((schema) => schema !== '"$user"' && schema !== '$user')
    : undefined;
}
