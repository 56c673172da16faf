import type { Side } from '../model.ts';
import { rowsOf, type Right } from './facts.ts';

/** Which rights objects bring along that a role makes from now on. */
export interface DefaultRights {
  readonly role: string;
  /** Null stands for every schema: then the list stands in place of the usual rights, otherwise it is added to them. */
  readonly schema: string | null;
  readonly letter: string;
  readonly rights: readonly Right[];
}

/** What the kind is called. */
export const kind = 'default privileges';

/** An object that is made: its letter among default privileges, its schema, and a right that everybody has on its kind. */
interface New {
  readonly letter?: string;
  readonly schema?: string;
  readonly everybody?: string;
}

/** What a new object has when whoever runs the change makes it: default privileges change after everything is made. */
export function initialRights(side: Side, { letter, schema, everybody }: New): readonly Right[] {
  const base: readonly Right[] =
    everybody === undefined
      ? []
      : [{ to: null, privilege: everybody, grantable: false, by: null, lost: false }];
  if (letter === undefined) return base;
  const rows = rowsOf<DefaultRights>(side, kind).filter(
    (row) => row.letter === letter && row.role === side.owner,
  );
  const whole = rows.find((row) => row.schema === null)?.rights ?? base;
  const more = schema === undefined ? [] : (rows.find((row) => row.schema === schema)?.rights ?? []);
  return [
    ...whole.filter(
      (right) => !more.some((other) => other.to === right.to && other.privilege === right.privilege),
    ),
    ...more,
  ];
}
