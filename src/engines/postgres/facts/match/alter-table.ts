import type { AlterTableCmd, AlterTableStmt, Node } from 'libpg-query';
import { sameName } from '../../../../catalog/identity.ts';
import { nameOf } from '../../grammar/tree.ts';
import { isFresh, sequencesOf, type Look } from '../look.ts';
import type { Match } from '../model.ts';
import { provesFilled } from '../proofs.ts';
import { addColumn } from './add-column.ts';
import { constraintOf, type Altered } from './altered.ts';
import { alterIndex } from './index.ts';
import { attach, detach } from './partition.ts';
import { changeType } from './change-type.ts';
import { addConstraint } from './constraint.ts';

/** The commands of one ALTER TABLE; all of them run under the strongest of their locks. */
export function alterTable(statement: AlterTableStmt, look: Look): readonly Match[] {
  const commands = (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? [node.AlterTableCmd] : [],
  );
  switch (statement.objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      break;
    case 'OBJECT_INDEX':
      return alterIndex(commands, nameOf(statement.relation), look);
    case 'OBJECT_SEQUENCE':
      return [{ id: 'alter-sequence/owner', on: { sequence: [look.relation(statement.relation)] } }];
    case 'OBJECT_VIEW':
      return commands.map((cmd) => ({
        id: cmd.subtype === 'AT_ColumnDefault' ? 'alter-view/default' : 'alter-view/options',
        on: { view: [look.relation(statement.relation)] },
      }));
    case 'OBJECT_MATVIEW':
      return [{ id: 'alter-materialized-view/options', on: { view: [look.relation(statement.relation)] } }];
    case 'OBJECT_TYPE':
      return [{ id: 'alter-type/attributes', on: {} }];
    default:
      return [];
  }
  const table = look.relation(statement.relation);
  const heirs = statement.relation?.inh !== true ? [] : look.heirs(table);
  const going = commands.flatMap((cmd) => (cmd.subtype === 'AT_DropConstraint' ? (cmd.name ?? []) : []));
  const found = commands.map((cmd) => command(cmd, { table, heirs, going, look }));
  // One command that is not in the table, and the whole is not known.
  return found.some((each) => each.length === 0) ? [] : found.flat();
}

/** Commands that are one row of the table whatever the structure is. */
const plain: Readonly<Record<string, string>> = {
  AT_DropNotNull: 'drop-not-null',
  AT_SetStatistics: 'set-statistics',
  AT_SetOptions: 'set-column-options',
  AT_ResetOptions: 'set-column-options',
  AT_SetStorage: 'set-storage',
  AT_SetCompression: 'set-compression',
  AT_DropExpression: 'drop-expression',
  AT_ChangeOwner: 'owner',
  AT_ClusterOn: 'cluster-on',
  AT_DropCluster: 'set-without-cluster',
  AT_SetLogged: 'set-logged',
  AT_SetUnLogged: 'set-unlogged',
  AT_SetAccessMethod: 'set-access-method',
  AT_SetTableSpace: 'set-tablespace',
  AT_ResetRelOptions: 'reset-parameters',
  AT_EnableTrig: 'enable-trigger',
  AT_EnableTrigAll: 'enable-trigger',
  AT_EnableTrigUser: 'enable-trigger',
  AT_EnableAlwaysTrig: 'enable-trigger',
  AT_EnableReplicaTrig: 'enable-trigger',
  AT_DisableTrig: 'disable-trigger',
  AT_DisableTrigAll: 'disable-trigger',
  AT_DisableTrigUser: 'disable-trigger',
  AT_EnableRule: 'enable-rule',
  AT_EnableAlwaysRule: 'enable-rule',
  AT_EnableReplicaRule: 'enable-rule',
  AT_DisableRule: 'enable-rule',
  AT_ReplicaIdentity: 'replica-identity',
  AT_EnableRowSecurity: 'enable-row-security',
  AT_DisableRowSecurity: 'disable-row-security',
  AT_ForceRowSecurity: 'force-row-security',
  AT_NoForceRowSecurity: 'force-row-security',
  AT_AddIdentity: 'add-identity',
};

/** Storage parameters that were set under SHARE UPDATE EXCLUSIVE. */
const lightParameter =
  /^(?:fillfactor|autovacuum_|vacuum_|log_autovacuum|toast_tuple_target|parallel_workers)/;

function command(cmd: AlterTableCmd, at: Altered): readonly Match[] {
  const { table, heirs, look } = at;
  const is = (id: string, on: Match['on'] = {}): readonly Match[] => [
    { id: `alter-table/${id}`, on: { table: [table], heirs, ...on } },
  ];
  const subtype = cmd.subtype ?? '';
  if (plain[subtype]) return is(plain[subtype]);
  switch (subtype) {
    case 'AT_AddColumn':
      return cmd.def && 'ColumnDef' in cmd.def ? addColumn(cmd.def.ColumnDef, at) : [];
    case 'AT_AddConstraint':
      return constraintOf(cmd.def) ? addConstraint(constraintOf(cmd.def)!, at) : [];
    case 'AT_AlterColumnType':
      return changeType(cmd, at);
    case 'AT_ColumnDefault':
      return is(cmd.def ? 'set-default' : 'drop-default');
    case 'AT_SetNotNull':
      return is(setNotNull(cmd.name ?? '', at));
    case 'AT_SetExpression': {
      const kind = look.table(table)?.columns.find(({ name }) => name === cmd.name)?.generated?.kind;
      return is(kind === 'virtual' ? 'set-expression-virtual' : 'set-expression');
    }
    case 'AT_DropColumn': {
      const gone = constraints(at).filter(({ columns }) => columns.includes(cmd.name ?? ''));
      const parents = gone.flatMap(({ references }) => (references ? [references] : []));
      return is(parents.length > 0 ? 'drop-column-referencing' : 'drop-column', {
        parent: parents.map(({ schema, name }) => ({ schema, name })),
        sequence: sequencesOf(look, table, cmd.name),
      });
    }
    case 'AT_SetIdentity':
    case 'AT_DropIdentity':
      return is(subtype === 'AT_SetIdentity' ? 'set-identity' : 'drop-identity', {
        sequence: sequencesOf(look, table, cmd.name),
      });
    case 'AT_DropConstraint': {
      const dropped = constraints(at).find(({ name }) => name === cmd.name);
      if (dropped?.references)
        return is('drop-foreign-key', {
          parent: [{ schema: dropped.references.schema, name: dropped.references.name }],
        });
      return is('drop-constraint');
    }
    case 'AT_ValidateConstraint':
      return validate(cmd.name ?? '', at);
    case 'AT_AlterConstraint':
      return alterConstraint(cmd, at);
    case 'AT_SetRelOptions': {
      const names = (Array.isArray(cmd.def) ? cmd.def : optionsOf(cmd.def)).flatMap((node: Node) =>
        'DefElem' in node ? (node.DefElem.defname ?? []) : [],
      );
      return is(names.every((name) => lightParameter.test(name)) ? 'set-parameters' : 'set-other-parameters');
    }
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent = cmd.def && 'RangeVar' in cmd.def ? [look.relation(cmd.def.RangeVar)] : [];
      return is(subtype === 'AT_AddInherit' ? 'inherit' : 'no-inherit', { parent });
    }
    case 'AT_AttachPartition':
      return attach(cmd, at);
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return detach(cmd, at);
    default:
      return [];
  }
}

function optionsOf(node: Node | undefined): readonly Node[] {
  return node && 'List' in node ? (node.List.items ?? []) : [];
}

function constraints({ table, look }: Altered) {
  return look.table(table)?.constraints ?? [];
}

function setNotNull(column: string, at: Altered): string {
  const known = at.look.table(at.table);
  const whole = at.look.whole(at.table);
  const mine = known?.columns.find(({ name }) => name === column);
  if (whole && mine?.notNull && !unvalidatedNotNull(at, column)) return 'set-not-null-again';
  if (unvalidatedNotNull(at, column)) return 'set-not-null-beside-not-valid';
  if (at.heirs.length > 0) return 'set-not-null';
  const proofs = constraints(at).filter(
    ({ kind, validated, enforced, name }) =>
      kind === 'check' && validated && enforced && !at.going.includes(name),
  );
  if (proofs.some(({ definition }) => provesFilled(definition, column))) return 'set-not-null-proven';
  const lost = constraints(at).some(
    ({ kind, definition, name }) =>
      kind === 'check' && at.going.includes(name) && provesFilled(definition, column),
  );
  return lost ? 'set-not-null-proof-dropped' : 'set-not-null';
}

function unvalidatedNotNull(at: Altered, column: string): boolean {
  return constraints(at).some(
    ({ kind, validated, columns }) => kind === 'not-null' && !validated && columns[0] === column,
  );
}

function validate(name: string, at: Altered): readonly Match[] {
  const { table, heirs, look } = at;
  const mine = constraints(at).find((constraint) => constraint.name === name);
  const on = { table: [table], heirs };
  if (!mine) return [{ id: 'alter-table/validate-unknown', on }];
  if (mine.validated) return [{ id: 'alter-table/validate-again', on: { table: [table], heirs } }];
  if (mine.references) {
    const parent = { schema: mine.references.schema, name: mine.references.name };
    return [
      {
        id:
          isFresh(look.context, parent) || !sameName(parent, table)
            ? 'alter-table/validate-foreign-key'
            : 'alter-table/validate-foreign-key-self',
        on: { ...on, parent: [parent] },
      },
    ];
  }
  return [
    { id: mine.kind === 'not-null' ? 'alter-table/validate-not-null' : 'alter-table/validate-check', on },
  ];
}

function alterConstraint(cmd: AlterTableCmd, at: Altered): readonly Match[] {
  const def = cmd.def && 'ATAlterConstraint' in cmd.def ? cmd.def.ATAlterConstraint : undefined;
  const name = def?.conname ?? constraintOf(cmd.def)?.conname ?? '';
  const mine = constraints(at).find((constraint) => constraint.name === name);
  const parent = mine?.references ? [{ schema: mine.references.schema, name: mine.references.name }] : [];
  const on = { table: [at.table], heirs: at.heirs, parent };
  if (def?.alterEnforceability)
    return [
      { id: def.is_enforced ? 'alter-table/enforce-foreign-key' : 'alter-table/unenforce-foreign-key', on },
    ];
  if (def?.alterInheritability) return [{ id: 'alter-table/alter-constraint-inherit', on }];
  return [{ id: 'alter-table/alter-constraint', on }];
}
