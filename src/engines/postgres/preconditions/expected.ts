/** What a structure must hold when some statements have run. */
import type { AlterTableCmd, Node } from 'libpg-query';
import { findTable } from '../../../catalog/find.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import type { Expected, Statement } from '../../../engine/model.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';

interface Wanted {
  readonly statement: number;
  readonly what: string;
  readonly there: boolean;
  readonly made: boolean;
  readonly check: (catalog: Catalog) => true | string;
}

type Note = (what: string, there: boolean, check: Wanted['check'], made?: boolean) => void;

/** Follows the statements; the last word on each object counts. */
export function expected(statements: readonly Statement[]): readonly Expected[] {
  const wanted = new Map<string, Wanted>();
  for (const [at, { tree }] of statements.entries()) {
    const note: Note = (what, there, check, made = there) => {
      const before = wanted.get(what);
      wanted.set(what, { statement: at, what, there, made: made || before?.made === true, check });
    };
    read(tree as Node, note, wanted);
  }
  return [...wanted.values()].map(({ statement, what, there, made, check }) => ({
    statement,
    says: there ? `${what} is there` : `${what} is gone`,
    helper: !there && made,
    holds: check,
  }));
}

const table = (catalog: Catalog, { schema, name }: Name): Table | undefined =>
  findTable(catalog, schema === '' ? quote.identifier(name) : { schema, name });
const printed = ({ schema, name }: Name): string =>
  schema === '' || schema === 'public' ? name : `${schema}.${name}`;
const gone = (there: unknown, why = 'it is still there'): true | string =>
  there === undefined || there === false ? true : why;
const present = (there: unknown, why = 'it is not there'): true | string =>
  there === undefined || there === false ? why : true;

function read(tree: Node, note: Note, wanted: Map<string, Wanted>): void {
  if ('CreateStmt' in tree) {
    const name = nameOf(tree.CreateStmt.relation);
    note(`table ${printed(name)}`, true, (catalog) => present(table(catalog, name)));
  } else if ('IndexStmt' in tree && tree.IndexStmt.idxname) {
    const { idxname } = tree.IndexStmt;
    note(`index ${idxname}`, true, (catalog) => {
      const found = indexIn(catalog, idxname);
      return found ? (found.valid ? true : 'it is invalid: its build failed') : 'it is not there';
    });
  } else if ('AlterTableStmt' in tree && tree.AlterTableStmt.objtype === 'OBJECT_TABLE') {
    const name = nameOf(tree.AlterTableStmt.relation);
    for (const one of tree.AlterTableStmt.cmds ?? [])
      if ('AlterTableCmd' in one) command(name, one.AlterTableCmd, note);
  } else if ('CreateTrigStmt' in tree) {
    const { trigname = '', relation } = tree.CreateTrigStmt;
    const name = nameOf(relation);
    note(`trigger ${trigname} of ${printed(name)}`, true, (catalog) =>
      present(table(catalog, name)?.triggers.some((one) => one.name === trigname)),
    );
  } else if ('CreateFunctionStmt' in tree) {
    const name = nameFrom(tree.CreateFunctionStmt.funcname);
    note(`routine ${printed(name)}`, true, (catalog) =>
      present(catalog.routines.some((one) => one.name === name.name)),
    );
  } else if ('DropStmt' in tree) dropped(tree.DropStmt, note);
  else if ('RenameStmt' in tree) renamed(tree.RenameStmt, note, wanted);
}

const indexIn = (catalog: Catalog, name: string) =>
  [...catalog.tables, ...catalog.views].flatMap(({ indexes }) => indexes).find((one) => one.name === name);

function command(name: Name, cmd: AlterTableCmd, note: Note): void {
  const own = cmd.name ?? '';
  const column = (what: string) => `column ${printed(name)}.${what}`;
  const columnIn = (catalog: Catalog, what: string) =>
    table(catalog, name)?.columns.find((one) => one.name === what);
  const constraintIn = (catalog: Catalog, what: string) =>
    table(catalog, name)?.constraints.find((one) => one.name === what);
  switch (cmd.subtype) {
    case 'AT_AddColumn': {
      const added = cmd.def && 'ColumnDef' in cmd.def ? (cmd.def.ColumnDef.colname ?? '') : '';
      note(column(added), true, (catalog) => present(columnIn(catalog, added)));
      return;
    }
    case 'AT_DropColumn':
      note(column(own), false, (catalog) => gone(columnIn(catalog, own)));
      return;
    case 'AT_SetNotNull':
      note(`NOT NULL of ${printed(name)}.${own}`, true, (catalog) =>
        present(columnIn(catalog, own)?.notNull, 'it is not set'),
      );
      return;
    case 'AT_DropNotNull':
      note(`NOT NULL of ${printed(name)}.${own}`, false, (catalog) => gone(columnIn(catalog, own)?.notNull));
      return;
    case 'AT_AddConstraint': {
      const node = cmd.def && 'Constraint' in cmd.def ? cmd.def.Constraint : undefined;
      const called = node?.conname;
      if (called === undefined) return;
      const open = node?.skip_validation === true;
      note(`constraint ${called} of ${printed(name)}`, true, (catalog) => {
        const found = constraintIn(catalog, called);
        return found ? (found.validated || open ? true : 'it is not validated') : 'it is not there';
      });
      return;
    }
    case 'AT_ValidateConstraint':
      note(
        `constraint ${own} of ${printed(name)}`,
        true,
        (catalog) => {
          const found = constraintIn(catalog, own);
          return found ? (found.validated ? true : 'it is not validated') : 'it is not there';
        },
        false,
      );
      return;
    case 'AT_DropConstraint':
      note(`constraint ${own} of ${printed(name)}`, false, (catalog) => gone(constraintIn(catalog, own)));
      return;
    default:
      return;
  }
}

function dropped(node: Extract<Node, { DropStmt: unknown }>['DropStmt'], note: Note): void {
  for (const object of node.objects ?? []) {
    const items =
      'List' in object ? object.List.items : 'ObjectWithArgs' in object ? object.ObjectWithArgs.objname : [];
    const name = nameFrom(items);
    switch (node.removeType) {
      case 'OBJECT_TABLE':
        note(`table ${printed(name)}`, false, (catalog) => gone(table(catalog, name)));
        break;
      case 'OBJECT_INDEX':
        note(`index ${name.name}`, false, (catalog) => gone(indexIn(catalog, name.name)));
        break;
      case 'OBJECT_FUNCTION':
        note(`routine ${printed(name)}`, false, (catalog) =>
          gone(
            catalog.routines.some(
              (one) => one.name === name.name && (name.schema === '' || one.schema === name.schema),
            ),
          ),
        );
        break;
      case 'OBJECT_TRIGGER': {
        // The last word is the trigger's, those before it name its table.
        const of = nameFrom((items ?? []).slice(0, -1));
        note(`trigger ${name.name} of ${printed(of)}`, false, (catalog) =>
          gone(table(catalog, of)?.triggers.some((one) => one.name === name.name)),
        );
        break;
      }
      default:
        break;
    }
  }
}

/** What was said of a name goes over to the new one. */
function renamed(
  node: Extract<Node, { RenameStmt: unknown }>['RenameStmt'],
  note: Note,
  wanted: Map<string, Wanted>,
): void {
  const name = nameOf(node.relation);
  const [from, to] = [node.subname ?? '', node.newname ?? ''];
  switch (node.renameType) {
    case 'OBJECT_TABLE': {
      wanted.delete(`table ${printed(name)}`);
      note(`table ${printed({ ...name, name: to })}`, true, (catalog) =>
        present(table(catalog, { ...name, name: to })),
      );
      return;
    }
    case 'OBJECT_COLUMN':
      wanted.delete(`column ${printed(name)}.${from}`);
      note(`column ${printed(name)}.${to}`, true, (catalog) =>
        present(table(catalog, name)?.columns.some((one) => one.name === to)),
      );
      return;
    case 'OBJECT_TABCONSTRAINT':
      wanted.delete(`constraint ${from} of ${printed(name)}`);
      note(`constraint ${to} of ${printed(name)}`, true, (catalog) => {
        const found = table(catalog, name)?.constraints.find((one) => one.name === to);
        return found ? (found.validated ? true : 'it is not validated') : 'it is not there';
      });
      return;
    case 'OBJECT_INDEX':
      wanted.delete(`index ${name.name}`);
      note(`index ${to}`, true, (catalog) =>
        present(indexIn(catalog, to)?.valid, 'it is not there, or invalid'),
      );
      return;
    default:
      return;
  }
}
