import type { Rule } from '../model.ts';
import { readGovernance } from '../../catalog/governance.ts';
import type { Fact } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

const factNames: readonly Fact[] = ['owner', 'class', 'purpose', 'retention'];
const names: Readonly<Record<Fact, string>> = {
  owner: 'who answers for it',
  class: 'its class',
  purpose: 'its purpose',
  retention: 'how long rows are kept',
};

/** A table whose comment does not say who answers for it, its class, its purpose or how long rows are kept. */
export const missingFact: Rule = {
  id: 'missing-fact',
  group: 'governance',
  severity: 'info',
  finds:
    'A table whose comment does not say who answers for it, its class, its purpose or how long rows are kept',
  because:
    'whoever gets a request to delete, to export or to explain data needs the answer where the data is',
  instead:
    'Add it to the comment: `Orders of customers [class: internal; owner: shop team; retention: 10 years, then delete]`.',
  find: ({ tables, standards }) => {
    const wanted = standards.facts ?? factNames;
    return tables.flatMap((table) => {
      const { sentence, facts } = readGovernance(table.comment);
      // The sentence of a comment says what the table is for.
      const lacking = wanted.filter(
        (fact) => facts[fact] === undefined && !(fact === 'purpose' && sentence !== ''),
      );
      return lacking.length === 0
        ? []
        : [
            {
              object: printName(table),
              message: `The comment of ${table.name} says nothing of ${lacking.map((fact) => names[fact]).join(', ')}.`,
            },
          ];
    });
  },
};
