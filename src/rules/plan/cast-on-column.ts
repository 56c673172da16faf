import type { Expression } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { typeOf } from './reading/known.ts';

/** A cast around the column of a condition, mostly because a parameter has another type. */
export const castOnColumn: PlanRule = {
  id: 'cast-on-column',
  group: 'predicates',
  severity: 'error',
  finds: 'A condition on a column that is cast',
  because: 'the index holds the values of the column, not those of the other type',
  instead: 'Give the parameter the type of the column, or compare with a range of the bare column.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, key, column }, { node }) => {
        if (!['equal', 'in', 'range'].includes(kind)) return false;
        const cast = castOf(key);
        if (!cast) return false;
        const type = typeOf(context, node, cast.name);
        // A varchar that is read as text is still itself; without a catalog the type is unknown.
        return (
          column === undefined ||
          (cast.type === 'text' && type !== undefined && !/^(?:text|character|name)/.test(type))
        );
      },
      ({ key }, { node }) => {
        const cast = castOf(key)!;
        const type = typeOf(context, node, cast.name);
        return {
          why: `${cast.name}${type ? ` is ${type} and` : ''} is cast to ${cast.type} in each row`,
          fix: /date|time/.test(cast.type)
            ? {
                kind: 'rewrite',
                rule: 'function-to-range',
                advice: `Compare ${cast.name} with a range: column >= start AND column < end.`,
              }
            : {
                kind: 'rewrite',
                rule: 'cast-to-constant',
                advice: `Cast the value to ${type ?? `the type of ${cast.name}`} instead of the column.`,
              },
        };
      },
    ),
};

function castOf(key: Expression | undefined): { readonly name: string; readonly type: string } | undefined {
  return key?.kind === 'cast' && key.part.kind === 'column'
    ? { name: key.part.name, type: key.type }
    : undefined;
}
