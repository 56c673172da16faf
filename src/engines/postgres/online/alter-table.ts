import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import type { Constraint, Table } from '../../../catalog/model.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { addColumn } from './add-column.ts';
import { mentions } from './columns-in.ts';
import { changeType } from './change-type.ts';
import { addConstraint } from './constraint.ts';
import { constraintIn } from './text.ts';
import { notNull } from './not-null.ts';
import { isReplaced } from './replaced-key.ts';
import { attach, detach, keyMade } from './partitions.ts';
import { columnOf, existing, quick, smallness, type Place } from './place.ts';
import { commandsOf } from './text.ts';

/** Forms of ALTER TABLE on a table in use, command by command. */
export function alterTable(place: Place, statement: AlterTableStmt, sql: string): readonly StepDraft[] {
  const texts = commandsOf(sql);
  return (statement.cmds ?? []).flatMap((node, index) =>
    'AlterTableCmd' in node ? command(place, node.AlterTableCmd, texts[index]!) : [],
  );
}

/** ATTACH PARTITION of a table in use to one that this change makes; undefined for all else. */
export function attachToNew(
  { relation, cmds = [] }: AlterTableStmt,
  sql: string,
  context: OnlineContext,
): readonly StepDraft[] | undefined {
  const [node] = cmds;
  const cmd = node && cmds.length === 1 && 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
  if (cmd?.subtype !== 'AT_AttachPartition') return undefined;
  const child =
    cmd.def && 'PartitionCmd' in cmd.def ? existing(nameOf(cmd.def.PartitionCmd.name), context) : undefined;
  const parent = nameOf(relation);
  const key = keyMade(context.earlier ?? [], parent.name);
  if (!child || key === undefined) return undefined;
  const table: Table = {
    ...child,
    name: parent.name,
    schema: parent.schema || 'public',
    kind: 'partitioned',
    partitionKey: key,
    indexes: [],
    constraints: [],
  };
  return attach({ table, name: quote.name(table), context }, cmd, commandsOf(sql)[0]!);
}

function command(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const { name: table } = place;
  const column = cmd.name ?? '';
  const quoted = column && quote.identifier(column);
  const known = columnOf(place, column);
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      return addColumn(place, text);
    case 'AT_AddConstraint': {
      const constraint = constraintIn(cmd.def);
      return constraint
        ? addConstraint(
            place,
            constraint,
            text.replace(/^ADD\s+(?:CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+)?/i, ''),
          )
        : [];
    }
    case 'AT_SetNotNull':
      return known?.notNull ? [] : notNull(place, column);
    case 'AT_DropNotNull':
      return known?.notNull === false
        ? []
        : [
            quick(
              `ALTER TABLE ${table} ${text}`,
              'A lock for a moment; readers must expect empty values from now on',
              `ALTER TABLE ${table} ALTER COLUMN ${quoted} SET NOT NULL`,
            ),
          ];
    case 'AT_ColumnDefault':
      return [
        quick(
          `ALTER TABLE ${table} ${text}`,
          'For new rows only: a lock for a moment',
          `ALTER TABLE ${table} ALTER COLUMN ${quoted} ${known?.default === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${known.default}`}`,
        ),
      ];
    case 'AT_DropColumn':
      return [
        {
          ...quick(
            `ALTER TABLE ${table} ${text}`,
            `Last, when nothing of the old application reads it any more: ACCESS EXCLUSIVE for a moment${companions(place, column)}`,
            undefined,
            'contract',
          ),
          concerns: [column],
          destructive: `The values of ${place.table.name}.${column} are lost; the way back brings an empty column`,
        },
      ];
    case 'AT_DropConstraint': {
      const dropped = place.table.constraints.find(({ name }) => name === column);
      if (isReplaced(place, column)) return [];
      return [
        quick(
          `ALTER TABLE ${table} ${text}`,
          whyDropped(place, dropped),
          dropped && `ALTER TABLE ${table} ADD CONSTRAINT ${quoted} ${dropped.definition}`,
        ),
      ];
    }
    case 'AT_AlterColumnType':
      return changeType(place, cmd, text);
    case 'AT_ValidateConstraint':
      return [
        quick(`ALTER TABLE ${table} ${text}`, 'Checks the old rows while readers and writers go on', ''),
      ];
    case 'AT_AttachPartition':
      return attach(place, cmd, text);
    case 'AT_DetachPartition':
      return detach(place, cmd, text);
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
    case 'AT_SetTableSpace':
    case 'AT_SetAccessMethod':
    case 'AT_SetExpression':
      return [
        {
          ...quick(
            `ALTER TABLE ${table} ${text}`,
            smallness(place) === undefined
              ? `Writes all of ${place.table.name} anew while everybody waits, and has no form that lets others through: a copy of the table that takes its place is a change of its own`
              : `${smallness(place)!}: written anew in a moment`,
            undefined,
            'contract',
          ),
          concerns: [column],
          statementTimeoutMs: 0,
        },
      ];
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      return [quick(`ALTER TABLE ${table} ${text}`, 'A lock for a moment', undefined)];
    case 'AT_AddIdentity':
    case 'AT_SetStatistics':
    case 'AT_SetOptions':
    case 'AT_SetStorage':
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
    case 'AT_ReplicaIdentity':
    case 'AT_EnableTrig':
    case 'AT_DisableTrig':
    case 'AT_ChangeOwner':
      return [
        quick(`ALTER TABLE ${table} ${text}`, 'Changes the catalog only: a lock for a moment', undefined),
      ];
    default:
      return [
        quick(
          `ALTER TABLE ${table} ${text}`,
          'Runs as it is written; the rehearsal shows what it locks, reads and writes',
          undefined,
        ),
      ];
  }
}

function whyDropped({ table, context }: Place, dropped: Constraint | undefined): string {
  if (dropped?.kind === 'foreign')
    return `ACCESS EXCLUSIVE on ${[table.name, dropped.references?.name].join(' and ')} for a moment`;
  const published =
    dropped?.kind === 'primary' &&
    table.replicaIdentity === 'default' &&
    (context.before.others ?? []).some(
      ({ kind, definition }) =>
        kind === 'publication' && (definition.startsWith('all tables') || mentions(definition, table.name)),
    );
  return published
    ? `ACCESS EXCLUSIVE for a moment. ${table.name} is published and loses what its rows are told apart by: UPDATE and DELETE fail until ALTER TABLE … REPLICA IDENTITY names another`
    : 'A lock for a moment';
}

/** What goes with a dropped column without being named. */
function companions({ table }: Place, column: string): string {
  const going = [...table.indexes, ...table.constraints].filter(
    ({ definition, name }, at, all) =>
      mentions(definition.slice(definition.indexOf('(')), column) &&
      all.findIndex((each) => each.name === name) === at,
  );
  return going.length === 0 ? '' : `; ${going.map(({ name }) => name).join(', ')} goes with it`;
}
