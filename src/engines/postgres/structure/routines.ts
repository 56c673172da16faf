import { printName } from '../../../catalog/identity.ts';
import type { Routine } from '../../../catalog/model.ts';
import { full, says, type Making } from './making.ts';
import { split, withoutArguments } from './text.ts';

/** Statements that make a function, procedure or aggregate. */
export function routineDdl(routine: Routine): readonly Making[] {
  const path = routinePath(routine);
  const what = `${routine.kind === 'window' ? 'FUNCTION' : routine.kind.toUpperCase()} ${full(routine)}(${argumentsOf(routine)})`;
  const comment = says(path, what, routine.comment);
  return [
    routine.kind === 'aggregate'
      ? { path, sql: aggregateSql(routine) }
      : { path, sql: routine.definition, begins: /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) / },
    ...comment,
  ];
}

/** Path of a routine, as a difference of catalogs calls it. */
export function routinePath(routine: Routine): string {
  return `${routine.kind} ${printName(routine)}(${routine.arguments})`;
}

const parallel: Readonly<Record<string, string>> = { s: 'SAFE', r: 'RESTRICTED', u: 'UNSAFE' };
const modify: Readonly<Record<string, string>> = { r: 'READ_ONLY', s: 'SHAREABLE', w: 'READ_WRITE' };

/** The catalog names functions and operators with their arguments; CREATE AGGREGATE wants the bare names. */
function aggregateSql(routine: Routine): string {
  const parts = split(routine.definition, ',').flatMap((part) => {
    const [, key = '', value = ''] = /^\s*(\w+) = ([\s\S]*?)\s*$/.exec(part) ?? [];
    if (key === 'kind') return value === 'h' ? ['HYPOTHETICAL'] : [];
    if (key === 'parallel') return [`PARALLEL = ${parallel[value] ?? 'UNSAFE'}`];
    if (key === 'sortop') return [`SORTOP = OPERATOR(${withoutArguments(value)})`];
    if (key.endsWith('_modify')) return [`${key} = ${modify[value] ?? 'READ_ONLY'}`];
    return [`${key} = ${key.endsWith('func') ? withoutArguments(value) : value}`];
  });
  return `CREATE AGGREGATE ${full(routine)}(${argumentsOf(routine)}) (${parts.join(', ')})`;
}

/** An aggregate over whole rows has a star. */
function argumentsOf(routine: Routine): string {
  return routine.kind === 'aggregate' ? routine.arguments || '*' : routine.arguments;
}
