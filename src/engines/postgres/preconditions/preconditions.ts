import type { Precondition, Preconditions, Statement } from '../../../engine/model.ts';
import { ask } from './ask.ts';
import { refusal } from './refusal.ts';
import { State } from './state.ts';
import { statementAsks } from './statements.ts';

/** What statements ask of rows, derived from their parse trees and the structure of today. */
export const preconditions: Preconditions = {
  of: (statements: readonly Statement[], context): readonly (readonly Precondition[])[] => {
    const state = new State(context);
    return statements.map((statement) => statementAsks(state, statement));
  },
  refusal,
  ask,
};
