import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A table without a comment. */
export const missingComment: Rule = {
  id: 'missing-comment',
  group: 'habits',
  severity: 'info',
  finds: 'A table without a comment',
  because: 'the next person asks what the table is for, and nobody is there to answer',
  instead: 'Say in one sentence what a row is.',
  find: ({ tables }) =>
    tables
      .filter(({ comment }) => (comment ?? '').trim() === '')
      .map((table) => ({
        object: printName(table),
        message: `${table.name} has no comment.`,
      })),
};
