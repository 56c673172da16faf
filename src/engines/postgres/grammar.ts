import type { Grammar } from '../../engine/model.ts';
import { scan } from './grammar/lex.ts';
import { number } from './grammar/parameters.ts';
import { ready, split } from './grammar/parse.ts';
import { refusal } from './grammar/refusal.ts';
import { shape } from './grammar/shape.ts';
import { outsideTransaction, touches } from './grammar/touches.ts';

/** PostgreSQL's own grammar, run in this process. */
export const grammar: Grammar = {
  ready,
  split,
  parameters: (sql) => {
    const { sql: text, names } = number(sql);
    return { sql: text, names };
  },
  scan,
  shape,
  touches,
  refusal,
  outsideTransaction,
};
