import type { Rule } from '../model.ts';
import { readGovernance } from '../../catalog/governance.ts';
import { printName, sameName } from '../../catalog/identity.ts';

/** A comment that says otherwise than the task. */
export const contradictingFact: Rule = {
  id: 'contradicting-fact',
  group: 'governance',
  severity: 'error',
  finds: 'A comment that says otherwise than the task',
  because: 'two answers to who may read and how long rows stay are none',
  instead: 'Bring the comment and the task together.',
  find: ({ tables, declared }) =>
    declared.flatMap((told) => {
      const table = tables.find((each) => sameName(each, told.table));
      const column =
        told.column === undefined ? undefined : table?.columns.find(({ name }) => name === told.column);
      if (!table || (told.column !== undefined && !column)) return [];
      const { facts } = readGovernance(column ? column.comment : table.comment);
      const object = column ? `${printName(table)}.${column.name}` : printName(table);
      const days =
        told.keepDays === undefined || facts.retention === undefined ? undefined : daysOf(facts.retention);
      return [
        ...differ('class', facts.class, told.class),
        ...differ('owner', facts.owner, told.owner),
        ...differ('readers', facts.readers?.toSorted().join(', '), told.readers?.toSorted().join(', ')),
        ...(days !== undefined && Math.abs(days - told.keepDays!) > 3
          ? [`keeps rows for ${facts.retention!}, the task for ${told.keepDays!} days`]
          : []),
      ].map((what) => ({ object, message: `The comment of ${object} ${what} (${told.claim}).` }));
    }),
};

function differ(fact: string, written: string | undefined, told: string | undefined): readonly string[] {
  return told === undefined || told === '' || written === told
    ? []
    : [written === undefined ? `does not say ${fact} ${told}` : `says ${fact} ${written}, the task ${told}`];
}

/** Days of `6 months, then delete`; undefined when it cannot be read. */
function daysOf(text: string): number | undefined {
  const found = /^(\d+)\s*(day|week|month|year)s?\b/.exec(text);
  const each = { day: 1, week: 7, month: 365.25 / 12, year: 365.25 }[found?.[2] ?? ''];
  return found && each !== undefined ? Number(found[1]) * each : undefined;
}
