import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Column, Constraint } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import {
  carryPolicies,
  carryStatistics,
  carryTriggers,
  carryViews,
  commented,
  quieted,
  viewsOver,
} from './carried.ts';
import type { Place } from './place.ts';
import { constraintsOf, holds, isKey } from './type-along.ts';
import type { TypeChange } from './type-change.ts';
import { incomingOf, moveIdentity, partnerOf, sequenceOf, type Partner } from './type-keys.ts';
import { functionName, type Names } from './type-names.ts';

/** The switch: the new column takes the name and all that hangs on it, the old one goes, in one short transaction. */
export function exchange(
  place: Place,
  { column }: TypeChange,
  names: Names,
  partners: readonly Partner[],
): StepDraft {
  const { name: table } = place;
  const alter = `ALTER TABLE ${table}`;
  const [helper, own] = [quote.identifier(names.column), quote.identifier(column.name)];
  // What the earlier of two exchanges has renamed already is not renamed again.
  const constraints = constraintsOf(place, column).filter(
    (constraint) => !partnerOf(constraint, partners)?.earlier,
  );
  const incoming = incomingOf(place, column, names, partners).filter(
    ({ partner }) => partner?.earlier !== true,
  );
  const indexes = place.table.indexes.filter((index) => holds(index, column));
  const views = viewsOver(place.context, place.table, column);
  const carried = [
    carryViews(views, place.table.owner),
    carryPolicies(place, column),
    carryTriggers(place, column),
    carryStatistics(place, column),
  ];
  const identity = moveIdentity(place, column, names);
  const sequence = column.identity ? undefined : sequenceOf(place, column);
  const others = [
    ...new Map(
      [...incoming.map(({ from }) => from), ...constraints.flatMap(({ references }) => references ?? [])]
        .filter((other) => !sameName(other, place.table))
        .map((other) => [keyOf(other), other]),
    ).values(),
  ];
  const locks =
    others.length === 0
      ? []
      : [
          `LOCK TABLE ${[place.table, ...others]
            .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
            .map((each) => quote.name(each))
            .join(', ')} IN ACCESS EXCLUSIVE MODE`,
        ];
  const statements = [
    // Readers of a view lock it before its table, so it is locked first here too.
    ...carried[0]!.before,
    ...locks,
    ...carried.slice(1).flatMap(({ before }) => before),
    `DROP TRIGGER ${quote.identifier(names.trigger)} ON ${table}`,
    `DROP FUNCTION ${functionName(place, names)}()`,
    ...quieted(place, column).after,
    ...incoming.map(
      ({ from, constraint }) =>
        `ALTER TABLE ${quote.name(from)} DROP CONSTRAINT IF EXISTS ${quote.identifier(constraint.name)}`,
    ),
    ...identity.before,
    ...(sequence ? [`ALTER SEQUENCE ${quote.name(sequence)} OWNED BY ${table}.${helper}`] : []),
    `${alter} DROP COLUMN ${own}`,
    `${alter} RENAME COLUMN ${helper} TO ${own}`,
    ...identity.after,
    ...settings(place, column),
    ...constraints.flatMap((constraint) => [
      takeOver(place, constraint, names),
      ...commented(`CONSTRAINT ${quote.identifier(constraint.name)} ON ${table}`, constraint.comment),
    ]),
    ...incoming.flatMap(({ from, constraint, partner }) => {
      const name = quote.identifier(constraint.name);
      return [
        `ALTER TABLE ${quote.name(from)} RENAME CONSTRAINT ${quote.identifier((partner?.names ?? names).of(constraint.name))} TO ${name}`,
        ...commented(`CONSTRAINT ${name} ON ${quote.name(from)}`, constraint.comment),
      ];
    }),
    ...indexes.flatMap((index) => [
      ...(constraints.some((constraint) => isKey(constraint) && constraint.name === index.constraint)
        ? []
        : [
            `ALTER INDEX ${quote.name({ schema: index.schema, name: names.of(index.name) })} RENAME TO ${quote.identifier(index.name)}`,
          ]),
      ...commented(`INDEX ${quote.name(index)}`, index.comment),
      ...(index.definition.endsWith('/* clustered */')
        ? [`${alter} CLUSTER ON ${quote.identifier(index.name)}`]
        : []),
      ...(place.table.replicaIdentity === `index ${index.name}`
        ? [`${alter} REPLICA IDENTITY USING INDEX ${quote.identifier(index.name)}`]
        : []),
    ]),
    ...carried.slice(1).flatMap(({ after }) => after),
    ...carried[0]!.after,
  ];
  const remarks = [
    `Statements prepared before that return ${column.name} have to be prepared anew`,
    ...(column === place.table.columns.at(-1)
      ? []
      : [
          `${column.name} stands last from now on: order differs, so SELECT *, INSERT and COPY without column names meet another order`,
        ]),
    ...(views.length > 0
      ? [`${views.map(({ name }) => name).join(', ')} goes and comes back in the same transaction`]
      : []),
    ...(sequence && sequence.type !== 'bigint' && column.type !== 'bigint'
      ? [
          `The sequence ${sequence.name} still ends with ${sequence.type}: ALTER SEQUENCE … AS bigint is a change of its own`,
        ]
      : []),
  ];
  return {
    sql: statements.join(';\n'),
    phase: 'contract',
    transaction: true,
    concerns: [column.name, ...[...constraints, ...indexes].map(({ name }) => name)],
    reason: `The switch: ACCESS EXCLUSIVE on ${[place.table, ...others].map(({ name }) => name).join(' and ')} for a moment, no row is read or written. ${remarks.join('; ')}`,
  };
}

/** What belongs to the column itself. */
function settings({ name: table }: Place, column: Column): readonly string[] {
  const own = quote.identifier(column.name);
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${own}`;
  return [
    ...(column.default === undefined ? [] : [`${alter} SET DEFAULT ${column.default}`]),
    ...(column.statistics === undefined ? [] : [`${alter} SET STATISTICS ${column.statistics}`]),
    ...(column.options && column.options.length > 0 ? [`${alter} SET (${column.options.join(', ')})`] : []),
    ...commented(`COLUMN ${table}.${own}`, column.comment),
    ...column.grants.map(
      ({ privilege, to, grantable }) =>
        `GRANT ${privilege} (${own}) ON ${table} TO ${to === 'PUBLIC' ? to : quote.identifier(to)}${grantable ? ' WITH GRANT OPTION' : ''}`,
    ),
  ];
}

function takeOver({ name: table }: Place, constraint: Constraint, names: Names): string {
  const [own, until] = [quote.identifier(constraint.name), quote.identifier(names.of(constraint.name))];
  if (!isKey(constraint)) return `ALTER TABLE ${table} RENAME CONSTRAINT ${until} TO ${own}`;
  const deferrable = `${constraint.deferrable ? ' DEFERRABLE' : ''}${constraint.deferred ? ' INITIALLY DEFERRED' : ''}`;
  return `ALTER TABLE ${table} ADD CONSTRAINT ${own} ${constraint.kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${until}${deferrable}`;
}
