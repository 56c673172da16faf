import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A function that runs with its owner’s rights along the caller’s search path. */
export const openSearchPath: Rule = {
  id: 'open-search-path',
  group: 'habits',
  severity: 'error',
  finds: 'A function that runs with its owner’s rights along the caller’s search path',
  because:
    'a caller puts an own table or function in front, and the function uses it with the rights of its owner',
  instead: 'Set the search path in the function.',
  find: ({ routines, quote }) =>
    routines
      .filter(
        ({ definition }) =>
          /\bSECURITY DEFINER\b/.test(head(definition)) && !/\bSET search_path\b/i.test(head(definition)),
      )
      .map((routine) => ({
        object: `${printName(routine)}(${routine.arguments})`,
        message: `${routine.name} is SECURITY DEFINER and sets no search path.`,
        fix: `ALTER ${routine.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${quote.name(routine)}(${routine.arguments}) SET search_path = pg_catalog, ${quote.identifier(routine.schema)}, pg_temp`,
      })),
};

/** What stands before the body. */
function head(definition: string): string {
  return definition.split(/\bAS \$|\bBEGIN ATOMIC\b|\bRETURN\b/)[0]!;
}
