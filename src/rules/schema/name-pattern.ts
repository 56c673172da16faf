import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';
import type { NameKind } from '../model.ts';

/** A name that the team's own pattern does not match. */
export const namePattern: Rule = {
  id: 'name-pattern',
  group: 'naming',
  severity: 'warning',
  finds: "A name that the team's own pattern does not match",
  because: 'the team agreed on a form of names',
  instead: 'Rename it so that it matches.',
  find: ({ tables, routines, mismatched, standards }) => {
    const told = (kind: NameKind, name: string): string =>
      `${name} does not match ${standards.names[kind] ?? ''}.`;
    return [
      ...tables.flatMap((table) => [
        ...(mismatched.table.has(table.name)
          ? [{ object: printName(table), message: told('table', table.name) }]
          : []),
        ...table.columns
          .filter(({ name }) => mismatched.column.has(name))
          .map(({ name }) => ({ object: `${printName(table)}.${name}`, message: told('column', name) })),
        ...table.constraints
          .filter(({ name, kind }) => kind !== 'not-null' && mismatched.constraint.has(name))
          .map(({ name }) => ({
            object: `${printName(table)} constraint ${name}`,
            message: told('constraint', name),
          })),
        ...table.indexes
          .filter(({ name, constraint }) => constraint === undefined && mismatched.index.has(name))
          .map(({ name }) => ({ object: `${printName(table)} index ${name}`, message: told('index', name) })),
      ]),
      ...routines
        .filter(({ name }) => mismatched.routine.has(name))
        .map((routine) => ({
          object: `${printName(routine)}(${routine.arguments})`,
          message: told('routine', routine.name),
        })),
    ];
  },
};
