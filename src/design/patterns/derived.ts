import type { Wish } from '../../change/model.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { adderFunction, keepFunction } from './keep-function.ts';
import type { Pattern } from './pattern.ts';
import { groups, readSummary, type Summary } from './summary.ts';
import { addRollup } from './rollup.ts';
import { addUnique } from './unique.ts';

/** A summary of another entity's rows, kept in the same transaction that writes them. */
export const derived: Pattern = {
  name: 'derived',
  apply(draft) {
    for (const table of draft.tables.slice()) if (table.entity?.derived) keep(draft, table);
  },
};

function keep(draft: Draft, table: TableDraft): void {
  const entity = table.entity!;
  const claim = entity.derived!;
  const { quote } = draft.engine;
  const { schema } = table.name;
  const claims = [entity.id];
  const counts = Object.values(claim.set).some((text) => text.trim().startsWith('count by'));
  const adder = counts
    ? quote.name({ schema, name: draft.take({ schema, name: `${table.name.name}_add` }) })
    : '';
  const summary = readSummary(draft, table, claim, adder);
  // Groups meet in a key: usually the primary one, which then is reused.
  const before = draft.choices.length;
  addUnique(draft, table, Object.keys(claim.by), claims);
  draft.choices.splice(before);

  const fill = refill(draft, summary);
  const designed = {
    entity: entity.id,
    table: table.name,
    source: summary.source.name,
    refill: fill,
    groups: groups(summary, quote.name(summary.source.name)),
  };
  if (claim.keep === 'none') {
    draft.derived.push(designed);
    draft.choose(
      table.name.name,
      'not kept: nothing fills it but a statement of yours',
      'the task says so; a reader finds what the last filling left',
      claims,
    );
    return;
  }
  if (summary.adder)
    table.after.push({
      sql: adderFunction(summary.adder),
      claims,
      reason: 'Adds two sets of counts',
      undo: `DROP FUNCTION ${summary.adder}(jsonb, jsonb, integer)`,
    });
  if (claim.keep === 'on-write') {
    draft.derived.push(designed);
    addTriggers(draft, table, summary, claims);
  } else {
    // Comes onto the board beside the summary, before the tables are written.
    const { changes, refresh } = addRollup(draft, table, summary, claims);
    draft.derived.push({ ...designed, refresh, changes: changes.name });
  }
  if (summary.source.existing) {
    const size = summary.source.name.name;
    table.after.push({
      sql: fill,
      claims,
      joined: true,
      reason: `Fills ${table.name.name} from the rows that ${size} has already; writers of ${size} wait, or rows would be counted twice or not at all`,
      undo: '',
    });
    draft.choose(
      table.name.name,
      `filled from ${size} in the transaction that makes its triggers`,
      `writers of ${size} wait for it: no row may come between`,
      claims,
    );
  }
  if (claim.keep === 'on-write')
    draft.choose(
      table.name.name,
      'kept by triggers, once per statement',
      'however many rows a statement writes, they are grouped first and added in order of the key, so that writers do not wait for each other in a circle',
      claims,
    );
  else
    draft.choose(
      table.name.name,
      `changes are noted by triggers, and ${table.name.name}_refresh() adds them up`,
      'a writer only adds a row that nobody else touches; what was noted commits with its rows, so that late rows are counted too, which a watermark by time would miss',
      claims,
    );
  draft.choose(
    table.name.name,
    claim.onSourceDelete === 'subtract'
      ? 'deleted source rows are subtracted'
      : 'deleted source rows stay counted',
    'the task says so',
    claims,
  );
}

function addTriggers(draft: Draft, table: TableDraft, summary: Summary, claims: readonly string[]): void {
  const { quote } = draft.engine;
  const { schema } = table.name;
  const base = `${table.name.name}_keep`;
  const routine = quote.name({ schema, name: draft.take({ schema, name: base }) });
  const source = quote.name(summary.source.name);
  const joined = summary.source.existing !== undefined;
  const trigger = (event: string, rows: string, transition: string): Wish => {
    const name = quote.identifier(draft.take({ schema, name: `${base}_${event.toLowerCase()}` }));
    return {
      sql: `CREATE TRIGGER ${name}\n  AFTER ${event} ON ${source}${transition && `\n  REFERENCING ${transition}`}\n  FOR EACH STATEMENT EXECUTE FUNCTION ${routine}()`,
      claims,
      reason: `${rows} reach ${table.name.name} in the same transaction`,
      undo: `DROP TRIGGER ${name} ON ${source}`,
      ...(joined && event !== 'INSERT' ? { joined } : {}),
    };
  };
  table.after.push(
    {
      sql: keepFunction(draft, summary, routine),
      claims,
      reason: `Keeps ${table.name.name} in step with ${summary.source.name.name}`,
      undo: `DROP FUNCTION ${routine}()`,
    },
    trigger('INSERT', 'New rows', 'NEW TABLE AS added'),
    trigger('UPDATE', 'Changed rows', 'OLD TABLE AS removed NEW TABLE AS added'),
  );
  if (summary.onSourceDelete === 'subtract')
    table.after.push(
      trigger('DELETE', 'Deleted rows', 'OLD TABLE AS removed'),
      trigger('TRUNCATE', 'Truncations', ''),
    );
}

function refill(draft: Draft, summary: Summary): string {
  const { quote } = draft.engine;
  const keys = summary.keys.map(({ column }) => column).join(', ');
  const measures = summary.measures.map(({ column }) => column);
  return (
    `INSERT INTO ${quote.name(summary.table.name)} (${keys}, ${measures.join(', ')})\n${groups(summary, quote.name(summary.source.name))}\n` +
    `ON CONFLICT (${keys}) DO UPDATE SET ${measures.map((column) => `${column} = excluded.${column}`).join(', ')}`
  );
}
