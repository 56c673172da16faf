/** Why an index is there, also where no claim and no measurement asked for it. */
import { expect, test } from 'vitest';
import { indexesOf } from '../../src/deliver/documents/index-facts.ts';
import type { Outcome } from '../../src/deliver/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { board } from '../design/board.ts';

test('indexes of patterns say what they serve; those of nobody say so', async () => {
  const { design, session } = await board(`
entities:
  E1 Ticket: { outbox: true, history: audit, fields: { title: { type: text, required: true } } }`);
  await session.query('CREATE INDEX stray ON tickets (title)');
  const after = await postgres.inspect(session);
  await session.close();
  const outcome = {
    engine: postgres,
    before: { ...after, tables: [] },
    planned: { design, after },
    tuned: { kept: [], queries: [] },
    access: [],
    sizes: [],
    volumes: [],
    fills: [],
  } as unknown as Outcome;
  const why = new Map(indexesOf(outcome, after.tables).map((index) => [index.name, index.why]));
  expect(why.get('outbox_topic_key_id_idx')).toMatch(/^Finds the oldest message about a row/);
  expect(why.get('ticket_audit_id_audit_id_idx') ?? why.get('ticket_audit_id_idx')).toMatch(
    /^The history of one row/,
  );
  expect(why.get('stray')).toBe('not asked for by this task');
});
