import { keyOf, printName, printPart } from '../../../../catalog/identity.ts';
import type { Constraint, Index, Table } from '../../../../catalog/model.ts';
import { full, id, partPath, tablePath, text } from '../../structure/making.ts';
import { keys, names } from '../keys.ts';
import type { Altered, Kind, Piece, Side, Sides, Thing } from '../model.ts';
import { sameFamily } from './casts.ts';
import { indexChanges, indexSettings } from './index-settings.ts';
import { alterTable } from './table-names.ts';
import { CONSTRAINT_FACTS, descendants, parentsOf, staysChild, tablesOf } from './table-facts.ts';

/** A constraint with its table. */
export interface OfConstraint {
  readonly table: Table;
  readonly constraint: Constraint;
}

/** Constraints of tables with the indexes that serve them. */
export const constraints: Kind<OfConstraint> = {
  kind: 'constraint',
  query: () => CONSTRAINT_FACTS,
  follows: true,
  list: (side) =>
    side.catalog.tables.flatMap((table) =>
      table.constraints.map((constraint) => thingOf(side, table, constraint)),
    ),
  make: ({ object }, sides) => made(object, sides),
  drop: ({ object }, sides) => dropped(object, sides),
  alter: ({ object: before }, { object: after }, sides) => altered(before, after, sides),
  renames: {
    kind: 'constraint',
    free: true,
    name: ({ object: { table, constraint } }) => `${printName(table)}.${printPart(constraint.name)}`,
    place: ({ object: { table } }) => printName(table),
    likeness: ({ object: before }, { object: after }, sides) =>
      before.constraint.definition === after.constraint.definition &&
      before.constraint.kind === after.constraint.kind &&
      (tablesOf(sides.from).constraintFact(before.table, before.constraint.name)?.ancestors ?? 0) === 0
        ? 1
        : 0,
    called: (thing, name) => ({
      ...thing,
      object: { ...thing.object, constraint: { ...thing.object.constraint, name } },
    }),
    statements: ({ object: { table, constraint } }, to) => [
      `${alterTable(table)} RENAME CONSTRAINT ${id(constraint.name)} TO ${id(to.name)}`,
    ],
  },
};

function thingOf(side: Side, table: Table, constraint: Constraint): Thing<OfConstraint> {
  const index = indexOf(table, constraint);
  const notNulls =
    constraint.kind === 'primary'
      ? table.constraints.filter(
          ({ kind, columns: [column = ''] }) => kind === 'not-null' && constraint.columns.includes(column),
        )
      : [];
  const above = tablesOf(side).constraintFact(table, constraint.name)?.parent;
  return {
    key: keys.constraint(table, constraint.name),
    path: partPath(tablePath(table), 'constraint', constraint.name),
    object: { table, constraint },
    partOf: keys.table(table),
    needs: [
      ...notNulls.map(({ name }) => keys.constraint(table, name)),
      ...(above ? [keys.constraint(above, above.constraint)] : []),
    ],
    ...(index ? { names: [names.relation(index)] } : {}),
  };
}

/** The index that serves a constraint. */
function indexOf(table: Table, { name, kind }: Constraint): Index | undefined {
  return kind === 'primary' || kind === 'unique' || kind === 'exclude'
    ? table.indexes.find((index) => index.constraint === name)
    : undefined;
}

/** The constraint of a parent that reaches this one, where both tables stay parent and child. */
function above({ table, constraint }: OfConstraint, side: Side): OfConstraint | undefined {
  const tables = tablesOf(side);
  const fact = tables.constraintFact(table, constraint.name);
  if (!fact || fact.ancestors === 0) return undefined;
  for (const name of parentsOf(table)) {
    const parent = tables.table(name);
    const found = parent?.constraints.find((other) =>
      fact.parent
        ? keyOf(fact.parent) === keyOf(name) && other.name === fact.parent.constraint
        : other.kind === constraint.kind &&
          (constraint.kind === 'not-null'
            ? other.columns[0] === constraint.columns[0]
            : other.name === constraint.name),
    );
    if (parent && found) return { table: parent, constraint: found };
  }
  return undefined;
}

/** Constraints of children that this one reaches. */
function below({ table, constraint }: OfConstraint, side: Side): readonly OfConstraint[] {
  return descendants(tablesOf(side), table).flatMap((child) =>
    child.constraints.flatMap((other) => {
      const up =
        other.kind === constraint.kind ? above({ table: child, constraint: other }, side) : undefined;
      return up ? [{ table: child, constraint: other }] : [];
    }),
  );
}

function made(object: OfConstraint, sides: Sides): readonly Piece[] {
  const { table, constraint } = object;
  const from = tablesOf(sides.from);
  const parent = above(object, sides.to);
  const index = indexOf(table, constraint);
  // What a child does not have yet is made on its parent now, and reaches it.
  if (parent && !index && staysChild(from, table, parent.table))
    return [
      ...(parent.constraint.name === constraint.name
        ? []
        : [
            {
              sql: `ALTER TABLE ${full(table)} RENAME CONSTRAINT ${id(parent.constraint.name)} TO ${id(constraint.name)}`,
              because: 'its name on this table',
              needs: [keys.constraint(parent.table, parent.constraint.name)],
            },
          ]),
      ...constraintSettings(table, constraint, sides).map((piece) => ({
        ...piece,
        needs: [keys.constraint(parent.table, parent.constraint.name)],
      })),
    ];
  // A foreign key of a partitioned table comes to a new partition with its name.
  if (parent && constraint.kind === 'foreign' && parent.constraint.name === constraint.name)
    return constraintSettings(table, constraint, sides);
  const only = index !== undefined && table.kind === 'partitioned';
  const along = index
    ? []
    : below(object, sides.to).filter(
        (child) =>
          child.constraint.name === constraint.name &&
          from.table(child.table) &&
          !from.constraint(child.table, constraint.name),
      );
  return [
    {
      sql: `${alterTable(table, only)} ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
      because: 'new constraint',
      makes: along.map((child) => keys.constraint(child.table, child.constraint.name)),
    },
    ...[object, ...along].flatMap((one) => constraintSettings(one.table, one.constraint, sides)),
    ...attach(table, index),
  ];
}

/** What a new constraint's statement does not tell: its index, its comment. */
export function constraintSettings(table: Table, constraint: Constraint, sides: Sides): readonly Piece[] {
  const index = indexOf(table, constraint);
  return [
    ...(index ? indexSettings(table, index, sides) : []),
    ...(constraint.comment === undefined ? [] : [comment(table, constraint)]),
  ];
}

function comment(table: Table, { name, comment: said }: Constraint): Piece {
  return {
    sql: `COMMENT ON CONSTRAINT ${id(name)} ON ${full(table)} IS ${said === undefined ? 'NULL' : text(said)}`,
    because: 'its comment',
  };
}

/** Makes an index of a partition part of its parent's; without effect when it is one already. */
export function attach(table: Table, index: Index | undefined): readonly Piece[] {
  if (!index?.partOf || !table.partitionOf) return [];
  return [
    {
      sql: `ALTER INDEX ${full(index.partOf)} ATTACH PARTITION ${full(index)}`,
      because: "a part of the parent's index",
      needs: [keys.parent(table, table.partitionOf)],
    },
  ];
}

function dropped(object: OfConstraint, sides: Sides): readonly Piece[] {
  const { table, constraint } = object;
  const parent = above(object, sides.from);
  const to = tablesOf(sides.to);
  // It goes with the parent's.
  if (parent && to.table(parent.table) && staysChild(tablesOf(sides.from), table, parent.table)) return [];
  const reached = below(object, sides.from);
  const gone = reached.filter(
    (child) => !tablesOf(sides.from).constraintFact(child.table, child.constraint.name)?.local,
  );
  return [
    {
      sql: `${alterTable(table)} DROP CONSTRAINT ${id(constraint.name)}`,
      because: 'no longer wanted',
      drops: [object, ...gone].map((one) => keys.constraint(one.table, one.constraint.name)),
      after: parent ? [keys.parent(table, parent.table)] : [],
    },
  ];
}

function altered(before: OfConstraint, after: OfConstraint, sides: Sides): Altered {
  const { table, constraint } = after;
  const was = before.constraint;
  const said = was.comment === constraint.comment ? [] : [comment(table, constraint)];
  const [old, index] = [indexOf(before.table, was), indexOf(table, constraint)];
  const around = old && index ? indexChanges(table, old, index, sides) : [];
  if (around === 'replace') return 'replace';
  const joined = index?.partOf && !old?.partOf ? attach(table, index) : [];
  const rest = [...around, ...joined, ...said];
  const follows = above(before, sides.from) && above(after, sides.to);
  if (was.definition === constraint.definition)
    return constraint.kind === 'foreign' && !comparable(before, after, sides) ? 'replace' : rest;
  if (follows && !index)
    return constraint.comment === undefined
      ? rest
      : [{ ...comment(table, constraint), needs: [keys.constraint(follows.table, follows.constraint.name)] }];
  const steps = stepwise(before, after, sides);
  return steps === 'replace' ? 'replace' : [...steps, ...rest];
}

/** What becomes of a constraint without dropping it: validated, deferrable, enforced, inherited. */
function stepwise(
  { constraint: was }: OfConstraint,
  after: OfConstraint,
  sides: Sides,
): readonly Piece[] | 'replace' {
  const { table, constraint } = after;
  const core = (definition: string): string =>
    definition.replaceAll(/ (?:NOT VALID|NOT ENFORCED|DEFERRABLE|INITIALLY DEFERRED|NO INHERIT)(?= |$)/g, '');
  if (core(was.definition) !== core(constraint.definition)) return 'replace';
  const noInherit = (one: Constraint): boolean => one.definition.includes(' NO INHERIT');
  const name = id(constraint.name);
  const pieces: Piece[] = [];
  if (noInherit(was) !== noInherit(constraint)) {
    if (constraint.kind !== 'not-null' || sides.to.version < 180_000) return 'replace';
    pieces.push({
      sql: `${alterTable(table)} ALTER CONSTRAINT ${name} ${noInherit(constraint) ? 'NO INHERIT' : 'INHERIT'}`,
      because: 'whether children have it too',
    });
  }
  if (was.enforced !== constraint.enforced) {
    if (constraint.kind !== 'foreign') return 'replace';
    pieces.push({
      sql: `${alterTable(table)} ALTER CONSTRAINT ${name} ${constraint.enforced ? 'ENFORCED' : 'NOT ENFORCED'}`,
      because: 'whether it is enforced',
    });
  }
  if (was.deferrable !== constraint.deferrable || was.deferred !== constraint.deferred) {
    if (constraint.kind !== 'foreign') return 'replace';
    pieces.push({
      sql: `${alterTable(table)} ALTER CONSTRAINT ${name} ${constraint.deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE'}${constraint.deferred ? ' INITIALLY DEFERRED' : ''}`,
      because: 'when it is checked',
    });
  }
  if (was.validated !== constraint.validated && was.enforced === constraint.enforced) {
    if (!constraint.validated) return 'replace';
    pieces.push({
      sql: `${alterTable(table)} VALIDATE CONSTRAINT ${name}`,
      because: 'rows that are there are checked too',
    });
  }
  return pieces;
}

/** Whether both columns of a foreign key change their types in a way that it bears. */
function comparable(before: OfConstraint, after: OfConstraint, sides: Sides): boolean {
  const { table, constraint } = after;
  const { references } = constraint;
  if (!references || !before.constraint.references) return true;
  const [from, to] = [tablesOf(sides.from), tablesOf(sides.to)];
  const steady = (of: { readonly schema: string; readonly name: string }, column: string): boolean => {
    const [was, is] = [from.column(of, column)?.type, to.column(of, column)?.type];
    return was === undefined || is === undefined || was === is || sameFamily(was, is, sides);
  };
  return (
    constraint.columns.every((column) => steady(table, column)) &&
    references.columns.every((column) => steady(references, column))
  );
}
