import { printName } from '../../catalog/identity.ts';
import { granted, outside } from './outsiders.ts';
import type { HealthRule } from './model.ts';

/** A function with its owner's rights that everybody may call. */
export const definerForEverybody: HealthRule = {
  id: 'definer-for-everybody',
  group: 'rights',
  severity: 'warning',
  finds: 'A function with its owner’s rights that everybody may call',
  because: 'whoever can connect does through it what only its owner may',
  instead: 'Take the right from PUBLIC, and give it to the roles that need the function.',
  threshold:
    'SECURITY DEFINER functions that PUBLIC or a role of visitors may execute; those of triggers cannot be called and do not count.',
  needs: [],
  find: ({ structure: { routines, quote } }) =>
    routines.flatMap((routine) => {
      const head = routine.definition.split(/\bAS \$|\bBEGIN ATOMIC\b|\bRETURN\b\s/)[0]!;
      const open = outside(routine.grants).filter(({ privilege }) => privilege === 'EXECUTE');
      return /\bSECURITY DEFINER\b/.test(head) &&
        !/\bRETURNS (?:event_)?trigger\b/.test(head) &&
        open.length > 0
        ? [
            {
              object: `${printName(routine)}(${routine.arguments})`,
              message: `${granted(open)} may call ${routine.name}, which runs as ${routine.owner}.`,
              fix: `REVOKE EXECUTE ON ${routine.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${quote.name(routine)}(${routine.arguments}) FROM ${[...new Set(open.map(({ to }) => (to === 'PUBLIC' ? to : quote.identifier(to))))].join(', ')}`,
            },
          ]
        : [];
    }),
};
