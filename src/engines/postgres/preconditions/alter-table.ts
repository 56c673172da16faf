/** Commands of ALTER TABLE, one after the other: what each asks of the rows, and what it makes of the table. */
import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint } from 'libpg-query';
import type { Precondition } from '../../../engine/model.ts';
import { nameOf, words } from '../grammar/tree.ts';
import { bare, commandsOf, findOutside, sliced, treeOfText } from '../online/text.ts';
import { lex } from '../grammar/lex.ts';
import { quote } from '../quote.ts';
import { retyped } from './column-type.ts';
import { attached } from './partitions.ts';
import { notNull, pendingOf, promised } from './promises.ts';
import { asked, given, nothing, printed } from './say.ts';
import { layer, rowsOf, type State, type TableState } from './state.ts';
import { columnsIn } from './text.ts';

/** Commands that no row can make fail. */
const harmless: ReadonlySet<string> = new Set(
  `AT_ColumnDefault AT_SetStatistics AT_SetOptions AT_ResetOptions AT_SetStorage AT_SetCompression
   AT_ChangeOwner AT_ClusterOn AT_DropCluster AT_SetLogged AT_SetUnLogged AT_SetAccessMethod AT_SetTableSpace AT_SetRelOptions AT_ResetRelOptions
   AT_ReplaceRelOptions AT_EnableTrig AT_EnableAlwaysTrig AT_EnableReplicaTrig AT_DisableTrig AT_EnableTrigAll AT_DisableTrigAll AT_EnableTrigUser
   AT_DisableTrigUser AT_EnableRule AT_EnableAlwaysRule AT_EnableReplicaRule AT_DisableRule AT_DropInherit AT_AddOf AT_DropOf AT_ReplicaIdentity
   AT_EnableRowSecurity AT_DisableRowSecurity AT_ForceRowSecurity AT_NoForceRowSecurity AT_GenericOptions AT_DetachPartition
   AT_DetachPartitionFinalize AT_DropIdentity AT_DropExpression AT_SetIdentity AT_AddIdentity AT_AddInherit AT_DropOids`.split(
    /\s+/,
  ),
);

/** Preconditions of one ALTER TABLE; tables only. */
export function alterTable(state: State, statement: AlterTableStmt, sql: string): readonly Precondition[] {
  const name = nameOf(statement.relation);
  const table = state.find(name);
  if (!table) {
    if (statement.missing_ok) return [];
    return [
      {
        kind: 'structure',
        says: `there is a table ${name.name}`,
        table: name,
        answer: { by: 'structure', holds: false, because: 'this database has none' },
      },
    ];
  }
  const text = bare(sql);
  const texts = commandsOf(text);
  return (statement.cmds ?? []).flatMap((node, at) =>
    'AlterTableCmd' in node ? command(state, table, node.AlterTableCmd, texts[at] ?? '') : [],
  );
}

function command(state: State, table: TableState, cmd: AlterTableCmd, text: string): readonly Precondition[] {
  const column = cmd.name ?? '';
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return addColumn(state, table, text, cmd.missing_ok === true);
    case 'AT_DropColumn':
      table.columns.delete(column);
      return [];
    case 'AT_DropConstraint':
      state.dropped.add(`${table.name.schema}.${table.name.name}.${column}`);
      table.pending.delete(column);
      return [];
    case 'AT_DropNotNull': {
      const known = table.columns.get(column);
      if (known) table.columns.set(column, { ...known, notNull: false });
      return [];
    }
    case 'AT_SetNotNull': {
      const asks = [notNull(table, column)];
      const known = table.columns.get(column);
      if (known) table.columns.set(column, { ...known, notNull: true });
      return asks;
    }
    case 'AT_AlterColumnType':
      return retyped(state, table, retypeOf(column, text));
    case 'AT_AddConstraint':
      return addConstraint(state, table, cmd, text);
    case 'AT_ValidateConstraint':
      return validated(state, table, column);
    case 'AT_AlterConstraint':
      return altered(state, table, cmd);
    case 'AT_AttachPartition':
      return attached(state, table, cmd, text);
    case 'AT_SetExpression': {
      const expression = text.slice(text.search(/\bAS\b/i) + 2).trim();
      return [evaluated(table, column, expression)];
    }
    default:
      return harmless.has(cmd.subtype ?? '')
        ? []
        : [
            nothing(
              table,
              'own',
              `${printed(table)} lets \`${text.slice(0, 60)}\` pass`,
              'dbd does not know what this command asks of rows',
            ),
          ];
  }
}

function evaluated(table: TableState, column: string, expression: string): Precondition {
  const says = `${expression} can be calculated for every row of ${printed(table)}`;
  const rows = rowsOf(table, columnsIn(`CHECK (${expression})`, table));
  return 'unknown' in rows
    ? nothing(table, 'conversion', says, rows.unknown)
    : asked('conversion', says, table.today, {
        sql: `SELECT count(${expression}) FROM ${rows.sql}`,
        mode: 'no error',
        shown: [column],
      });
}

function retypeOf(column: string, text: string): { column: string; type: string; using?: string } {
  const tokens = lex(text);
  const type = findOutside(tokens, ['type'], 1);
  const using = findOutside(tokens, ['using'], type + 1);
  const collate = findOutside(tokens, ['collate'], type + 1);
  const end = [collate, using].filter((at) => at >= 0).toSorted((a, b) => a - b)[0];
  const cut = (from: number, to?: number): string =>
    text.slice(tokens[from]?.from ?? text.length, to === undefined ? undefined : tokens[to]!.from).trim();
  return { column, type: cut(type + 1, end), ...(using < 0 ? {} : { using: cut(using + 1) }) };
}

function addConstraint(
  state: State,
  table: TableState,
  cmd: AlterTableCmd,
  text: string,
): readonly Precondition[] {
  const node = cmd.def && 'Constraint' in cmd.def ? cmd.def.Constraint : undefined;
  if (!node) return [];
  const definition = definitionOf(text);
  const taken = table.today?.constraints.find(({ name }) => name === node.conname);
  if (taken && !state.dropped.has(`${table.name.schema}.${table.name.name}.${taken.name}`))
    return [
      given(table, 'structure', `${printed(table)} has no constraint ${taken.name} yet`, false, 'it has one'),
    ];
  if (node.skip_validation || node.is_enforced === false) {
    const pending = pendingOf(definition);
    if (pending && node.conname && node.is_enforced !== false)
      table.pending.set(node.conname, {
        ...pending,
        definition: definition.replace(/\s+NOT\s+VALID\s*$/i, ''),
      });
    return [];
  }
  const asks = promised(state, table, definition);
  const columns =
    node.contype === 'CONSTR_NOTNULL' || node.contype === 'CONSTR_PRIMARY' ? words(node.keys) : [];
  for (const column of columns) {
    const known = table.columns.get(column);
    if (known) table.columns.set(column, { ...known, notNull: true });
  }
  return asks;
}

/** What follows `ADD [CONSTRAINT name]`. */
function definitionOf(text: string): string {
  const tokens = lex(text);
  const named = tokens[1]?.text.toLowerCase() === 'constraint';
  return text.slice(tokens[named ? 3 : 1]?.from ?? text.length).trim();
}

function validated(state: State, table: TableState, name: string): readonly Precondition[] {
  const pending = table.pending.get(name);
  table.pending.delete(name);
  if (pending) {
    const asks = promised(state, table, pending.definition.replace(/\s+NOT\s+VALID\s*$/i, ''));
    const column =
      pending.kind === 'not-null'
        ? pending.columns[0]
        : /^CHECK\s*\(\s*\(*\s*("(?:[^"]|"")+"|[\w$]+)\s+IS\s+NOT\s+NULL\s*\)*$/i.exec(
            pending.definition,
          )?.[1];
    const own =
      column?.startsWith('"') && pending.kind === 'check'
        ? column.slice(1, -1).replaceAll('""', '"')
        : column;
    const known = own === undefined ? undefined : table.columns.get(own);
    if (own !== undefined && known) table.columns.set(own, { ...known, notNull: true });
    return asks;
  }
  const known = table.today?.constraints.find((one) => one.name === name);
  return [
    given(
      table,
      'structure',
      `${name} can be validated`,
      known !== undefined,
      known ? 'it is valid already' : `${printed(table)} has no constraint of this name`,
    ),
  ];
}

function altered(state: State, table: TableState, cmd: AlterTableCmd): readonly Precondition[] {
  const def = cmd.def && 'ATAlterConstraint' in cmd.def ? cmd.def.ATAlterConstraint : undefined;
  if (!def?.alterEnforceability || !def.is_enforced) return [];
  const known = table.today?.constraints.find((one) => one.name === def.conname);
  return known
    ? promised(state, table, known.definition.replace(/\s+NOT\s+ENFORCED\s*$/i, ''))
    : [nothing(table, 'own', `${def.conname} holds for every row`, 'the constraint is made by this change')];
}

function addColumn(
  state: State,
  table: TableState,
  text: string,
  missingOk: boolean,
): readonly Precondition[] {
  const sql = `ALTER TABLE t ${text}`;
  const tree = treeOfText(sql);
  const node = 'AlterTableStmt' in tree ? tree.AlterTableStmt.cmds?.[0] : undefined;
  const def = node && 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
  const column = def && 'ColumnDef' in def ? def.ColumnDef : ({} as ColumnDef);
  const name = column.colname ?? '';
  if (table.columns.has(name))
    return missingOk
      ? []
      : [given(table, 'structure', `${printed(table)} has no column ${name} yet`, false, 'it has one')];
  const nodes = (column.constraints ?? []).flatMap((one) => ('Constraint' in one ? [one.Constraint] : []));
  const positions = nodes.map(({ location = 0 }) => location);
  const texts = sliced(sql, positions);
  const type = sliced(sql, [column.typeName?.location ?? 0], positions[0])[0]!.replace(
    /\s+COLLATE\s+\S+$/i,
    '',
  );
  const find = (kind: Constraint['contype']): number => nodes.findIndex(({ contype }) => contype === kind);
  const [value, generated, numbered] = [
    find('CONSTR_DEFAULT'),
    find('CONSTR_GENERATED'),
    find('CONSTR_IDENTITY'),
  ];
  const serial = /^(?:small|big)?serial\b/i.test(type);
  const expression =
    value >= 0 ? texts[value]!.replace(/^(?:CONSTRAINT\s+\S+\s+)?DEFAULT\s+/i, '') : undefined;
  const calculated = generated >= 0 ? /\(([\s\S]*)\)/.exec(texts[generated]!)?.[1] : undefined;
  const made = numbered >= 0 || serial;
  const missing = state.needs(`${type} ${expression ?? ''} ${calculated ?? ''}`);
  const asks: Precondition[] = [];
  if (calculated !== undefined) asks.push(evaluated(table, name, `(${calculated})`));
  table.columns.set(name, {
    type,
    notNull: made,
    altered: true,
    ...(made
      ? { unknown: `the server numbers ${name} when it is added` }
      : missing === undefined
        ? {}
        : { unknown: `${missing} is made by this change` }),
  });
  if (!made && missing === undefined)
    layer(table, { [name]: `(${calculated ?? expression ?? 'NULL'})::${type}` });
  for (const [at, one] of nodes.entries()) {
    const own = quote.identifier(name);
    const bareText = texts[at]!.replace(/^CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+/i, '');
    if (one.contype === 'CONSTR_NOTNULL' && !made) {
      asks.push(notNull(table, name));
      table.columns.set(name, { ...table.columns.get(name)!, notNull: true });
    } else if (one.contype === 'CONSTR_CHECK') asks.push(...promised(state, table, bareText));
    else if (one.contype === 'CONSTR_FOREIGN')
      asks.push(...promised(state, table, `FOREIGN KEY (${own}) ${bareText}`));
    else if (one.contype === 'CONSTR_UNIQUE' && !made)
      asks.push(...promised(state, table, `UNIQUE (${own})`));
    else if (one.contype === 'CONSTR_PRIMARY' && !made)
      asks.push(...promised(state, table, `PRIMARY KEY (${own})`));
  }
  return asks;
}
