/** Kinds of statements: what each asks of rows, and what it makes of them for those that follow. */
import type { IndexStmt, Node } from 'libpg-query';
import type { Precondition, Statement } from '../../../engine/model.ts';
import { nameFrom, nameOf, text as wordOf, walk, words } from '../grammar/tree.ts';
import { lex } from '../grammar/lex.ts';
import { bare, findOutside, treeOfText } from '../online/text.ts';
import { quote } from '../quote.ts';
import { alterTable } from './alter-table.ts';
import { domainAsks } from './domains.ts';
import { splitOutside } from './exclusion.ts';
import { besideDefault } from './partitions.ts';
import { inParentheses, unique } from './promises.ts';
import { asked, nothing, printed } from './say.ts';
import { rowsOf, type State } from './state.ts';

/** Kinds that no row can make fail. */
const harmless: ReadonlySet<string> = new Set(
  `CommentStmt CreateSchemaStmt CreateSeqStmt AlterSeqStmt CreateFunctionStmt AlterFunctionStmt ViewStmt CreateTrigStmt CreateEventTrigStmt
   AlterEventTrigStmt RuleStmt GrantStmt GrantRoleStmt AlterDefaultPrivilegesStmt CreatePolicyStmt AlterPolicyStmt CompositeTypeStmt CreateRangeStmt
   AlterEnumStmt AlterTypeStmt DefineStmt CreateStatsStmt AlterStatsStmt AlterOwnerStmt AlterObjectSchemaStmt AlterObjectDependsStmt TransactionStmt
   VariableSetStmt VariableShowStmt VacuumStmt LockStmt CreatePublicationStmt AlterPublicationStmt CreateSubscriptionStmt AlterSubscriptionStmt
   DropSubscriptionStmt SecLabelStmt CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt ReassignOwnedStmt DropOwnedStmt CreateFdwStmt AlterFdwStmt
   CreateForeignServerStmt AlterForeignServerStmt CreateUserMappingStmt AlterUserMappingStmt DropUserMappingStmt CreateForeignTableStmt CreateCastStmt
   CreateOpClassStmt CreateOpFamilyStmt AlterOpFamilyStmt AlterOperatorStmt CreateTransformStmt CreateConversionStmt CreatePLangStmt CreateAmStmt
   AlterTSDictionaryStmt AlterTSConfigurationStmt AlterCollationStmt AlterDatabaseSetStmt DiscardStmt NotifyStmt ClusterStmt ReindexStmt TruncateStmt
   ConstraintsSetStmt AlterExtensionStmt ExplainStmt AlterTableMoveAllStmt ReplicaIdentityStmt CheckPointStmt`.split(
    /\s+/,
  ),
);

/** What an online form runs before it builds an index: it drops what a failed build left, and touches no row. */
const clearing =
  /^DO \$clear\$\s*BEGIN\s+IF EXISTS \(SELECT FROM pg_catalog\.pg_index [^;]*THEN\s+DROP INDEX [^;]*;\s+END IF;\s+END\s+\$clear\$$/;

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
    state.labels.set(nameFrom(tree.CreateEnumStmt.typeName).name, words(tree.CreateEnumStmt.vals));
    return [];
  }
  if ('DropStmt' in tree) {
    if (tree.DropStmt.removeType === 'OBJECT_TABLE')
      for (const object of tree.DropStmt.objects ?? [])
        state.drop(nameFrom('List' in object ? object.List.items : []));
    return [];
  }
  if ('RenameStmt' in tree) {
    renamed(state, tree.RenameStmt);
    return [];
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
    return moved(state, tree, sql);
  if ('DoStmt' in tree && clearing.test(sql)) return [];
  if (harmless.has(statement.kind)) return [];
  state.opaque = `what \`${sql.split('\n')[0]!.slice(0, 60)}\` does to rows cannot be read off its text`;
  return [
    nothing(undefined, 'rows', 'the rows let it pass, and stay as the next steps expect', state.opaque),
  ];
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

/** Columns that a part of a tree names. */
export function columnsOf(tree: unknown): readonly string[] {
  const found = new Set<string>();
  walk([tree], (kind, node) => {
    if (kind === 'ColumnRef') {
      const name = words(node['fields'] as Parameters<typeof words>[0]).at(-1);
      if (name !== undefined) found.add(name);
    }
    if (kind === 'IndexElem' && typeof node['name'] === 'string') found.add(node['name']);
  });
  return [...found];
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
    table.columns.set(node.newname, known);
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

/** Statements that write rows: what they leave is known for a plain UPDATE or DELETE only. */
function moved(state: State, tree: Node, sql: string): readonly Precondition[] {
  const asks: Precondition[] = [];
  let wrote = false;
  walk([tree], (kind, node) => {
    if (!/^(?:UpdateStmt|DeleteStmt|InsertStmt|MergeStmt|CopyStmt)$/.test(kind)) return;
    const relation = node['relation'] as Parameters<typeof nameOf>[0];
    if (kind === 'CopyStmt' && node['is_from'] !== true) return;
    wrote = true;
    const table = state.find(nameOf(relation));
    if (!table) return;
    const head = sql.replaceAll(/\s+/g, ' ').slice(0, 60);
    if (kind === 'DeleteStmt') {
      asks.push(
        nothing(
          table,
          'rows',
          `nothing refers to the rows that \`${head}\` deletes`,
          'what it deletes is not asked',
        ),
      );
      return;
    }
    const targets = ((node['targetList'] ?? []) as readonly Node[]).flatMap((one) =>
      'ResTarget' in one ? (one.ResTarget.name ?? []) : [],
    );
    if (kind === 'UpdateStmt') {
      for (const column of targets) {
        const known = table.columns.get(column);
        if (known) {
          const { value: _value, ...rest } = known;
          table.columns.set(column, { ...rest, unknown: `\`${head}\` writes ${column} before` });
        }
      }
      asks.push(
        nothing(
          table,
          'rows',
          `\`${head}\` meets no row that it fails on`,
          'what it writes is not asked: a rehearsal on a filled twin, or on a copy of production, shows it',
        ),
      );
      return;
    }
    if (!table.today && kind === 'InsertStmt' && !columnsOf(node['selectStmt']).length) {
      table.filled = `\`${head}\` writes its rows`;
      return;
    }
    table.filled = `\`${head}\` writes rows before`;
    asks.push(
      nothing(
        table,
        'rows',
        `the rows of \`${head}\` meet no key or promise that refuses them`,
        'what it writes is not asked',
      ),
    );
  });
  if (!wrote && callsSomething(tree)) {
    state.opaque = 'a function is called for what it does';
    asks.push(
      nothing(
        undefined,
        'rows',
        `\`${sql.replaceAll(/\s+/g, ' ').slice(0, 60)}\` does no harm`,
        'it calls functions, whose effect its text does not tell',
      ),
    );
  }
  return asks;
}

/** Functions that set sequences and settings leave rows alone. */
function callsSomething(tree: Node): boolean {
  let found = false;
  walk([tree], (kind, node) => {
    if (kind !== 'FuncCall') return;
    const name = ((node['funcname'] ?? []) as readonly Node[]).map(wordOf).at(-1) ?? '';
    if (
      ![
        'setval',
        'set_config',
        'max',
        'min',
        'coalesce',
        'count',
        'pg_get_serial_sequence',
        'nextval',
      ].includes(name)
    )
      found = true;
  });
  return found;
}

void treeOfText;
