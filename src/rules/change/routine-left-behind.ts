import { printName } from '../../catalog/identity.ts';
import { inUse } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A routine whose text names what is dropped or renamed. */
export const routineLeftBehind: ChangeRule = {
  id: 'routine-left-behind',
  group: 'application',
  severity: 'warning',
  finds: 'A routine whose text names what is dropped or renamed',
  because: 'the server does not follow names into the text of routines: they fail when they run',
  instead: 'Replace the routine in the same migration.',
  check: (at) =>
    [
      ...inUse(at, 'drop column'),
      ...inUse(at, 'rename column'),
      ...inUse(at, 'drop table'),
      ...inUse(at, 'rename table'),
    ].flatMap((deed) => {
      const word = deed.kind.endsWith('column') ? deed.name : deed.table?.name;
      const table = deed.table?.name ?? '';
      const named = (text: string, name: string): boolean =>
        at.engine.grammar
          .scan(text)
          .some(
            (piece) =>
              piece.text.toLowerCase() === name.toLowerCase() ||
              (piece.kind === 'string' &&
                piece.text.startsWith('$') &&
                new RegExp(String.raw`\b${name.replaceAll(/[^\w]/g, String.raw`\$&`)}\b`, 'i').test(
                  piece.text,
                )),
          );
      const left = (at.before.catalog?.routines ?? []).filter(
        ({ definition }) => word !== undefined && named(definition, word) && named(definition, table),
      );
      return left.map((routine) => ({
        message: `${printName(routine)} names ${word ?? ''} in its text and fails afterwards.`,
        object: printName(routine),
      }));
    }),
};
