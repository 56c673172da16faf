import type { Rule } from '../model.ts';
import { readGovernance, writeGovernance } from '../../catalog/governance.ts';
import { guessPersonal } from '../../catalog/personal.ts';
import { printName } from '../../catalog/identity.ts';

/** A column that looks personal or secret and has no class. */
export const unclassifiedColumn: Rule = {
  id: 'unclassified-column',
  group: 'governance',
  severity: 'warning',
  finds: 'A column that looks personal or secret and has no class',
  because: 'masks, exports and readers are decided by class; a column without one is treated as harmless',
  instead: 'Give it a class in its comment, such as `[class: personal]`.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.columns.flatMap(({ name, type, comment }) => {
        const guess = /^(?:boolean|jsonb?)$/.test(type) ? undefined : guessPersonal(table.name, name);
        const { sentence, facts } = readGovernance(comment);
        return !guess || facts.class !== undefined
          ? []
          : [
              {
                object: `${printName(table)}.${name}`,
                message: `${name} looks ${guess.class} and has no class.`,
                fix: `COMMENT ON COLUMN ${quote.name(table)}.${quote.identifier(name)} IS ${quote.literal(writeGovernance({ sentence, facts: { ...facts, class: guess.class } }))}`,
              },
            ];
      }),
    ),
};
