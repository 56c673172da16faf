import type { Precondition, Preconditions, Statement } from '../../../engine/model.ts';
import { ask } from './ask.ts';
import { expected } from './expected.ts';
import { refusal } from './refusal.ts';
import { State } from './state.ts';
import { statementAsks } from './statements.ts';

/** What statements ask of rows, derived from their parse trees and the structure of today. */
export const preconditions: Preconditions = {
  of: (statements: readonly Statement[], context): readonly (readonly Precondition[])[] => {
    const state = new State(context);
    return statements.map((statement) => {
      const asks = statementAsks(state, statement);
      const doubts = [...state.doubtful].map(([name, schemas]) => doubt(name, schemas));
      state.doubtful.clear();
      return [...asks, ...doubts];
    });
  },
  expected,
  refusal,
  ask,
};

const doubt = (name: string, schemas: readonly string[]): Precondition => ({
  kind: 'structure',
  says: `${name} means the table of ${schemas.includes('public') ? 'public' : schemas[0]}`,
  answer: {
    by: 'nothing',
    because: `${schemas.join(' and ')} have one each, and the search path of the role that runs it decides: write the schema`,
  },
});
