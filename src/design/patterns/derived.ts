import type { Wish } from '../../change/model.ts';
import type { Draft, TableDraft } from '../draft.ts';
import type { Pattern } from './pattern.ts';
import { groups, merged, readSummary, type Summary } from './summary.ts';
import { addUnique } from './unique.ts';

/** A summary of another entity's rows, kept in the same transaction that writes them. */
export const derived: Pattern = {
  name: 'derived',
  apply(draft) {
    for (const table of draft.tables) if (table.entity?.derived) keep(draft, table);
  },
};

function keep(draft: Draft, table: TableDraft): void {
  const entity = table.entity!;
  const claim = entity.derived!;
  const summary = readSummary(draft, table, claim);
  const { quote } = draft.engine;
  const claims = [entity.id];
  addUnique(draft, table, Object.keys(claim.by), claims);
  draft.choices.pop();
  const fill = refill(draft, summary);
  draft.derived.push({ entity: entity.id, table: table.name, source: summary.source.name, refill: fill });
  if (claim.keep !== 'on-write') {
    draft.choose(
      table.name.name,
      claim.keep === 'none' ? 'not kept' : 'refilled by one statement on a schedule of yours',
      'the task says so; the statement is in the report',
      claims,
    );
    return;
  }
  const { schema } = table.name;
  const base = `${table.name.name}_keep`;
  const routine = quote.name({ schema, name: draft.take({ schema, name: base }) });
  const source = quote.name(summary.source.name);
  const subtract = claim.onSourceDelete === 'subtract';
  const trigger = (event: string, transition: string): Wish => {
    const name = quote.identifier(draft.take({ schema, name: `${base}_${event.toLowerCase()}` }));
    return {
      sql: `CREATE TRIGGER ${name}\n  AFTER ${event} ON ${source}${transition && `\n  REFERENCING ${transition}`}\n  FOR EACH STATEMENT EXECUTE FUNCTION ${routine}()`,
      claims,
      reason: `Keeps ${table.name.name} in step with ${event === 'INSERT' ? 'new' : event === 'UPDATE' ? 'changed' : 'deleted'} rows`,
      undo: `DROP TRIGGER ${name} ON ${source}`,
    };
  };
  table.after.push(
    {
      sql: body(draft, summary, routine),
      claims,
      reason: `Keeps ${table.name.name} in step: once per statement, however many rows it writes`,
      undo: `DROP FUNCTION ${routine}()`,
    },
    trigger('INSERT', 'NEW TABLE AS added'),
    trigger('UPDATE', 'OLD TABLE AS removed NEW TABLE AS added'),
  );
  if (subtract) table.after.push(trigger('DELETE', 'OLD TABLE AS removed'), trigger('TRUNCATE', ''));
  if (summary.source.existing) {
    table.after.push({
      sql: fill,
      claims,
      reason: `Fills ${table.name.name} from the rows that ${summary.source.name.name} has already`,
      undo: '',
    });
    draft.questions.push({
      about: entity.id,
      text: `${summary.source.name.name} has rows already: ${table.name.name} is filled once in the transaction that makes the triggers, and writers wait for it. Is that acceptable?`,
    });
  }
  draft.choose(
    table.name.name,
    'kept by triggers once per statement',
    'rows of a statement are grouped before they are added, in order of the key, so that writers do not wait for each other in a circle',
    claims,
  );
  draft.choose(
    table.name.name,
    subtract ? 'deleted source rows are subtracted' : 'deleted source rows stay counted',
    'the task says so',
    claims,
  );
}

function refill(draft: Draft, summary: Summary): string {
  const { quote } = draft.engine;
  const keys = summary.keys.map(({ column }) => column);
  const measures = summary.measures.map(({ column }) => column);
  return (
    `INSERT INTO ${quote.name(summary.table.name)} (${[...keys, ...measures].join(', ')})\n${groups(summary, quote.name(summary.source.name), '')}\n` +
    `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${measures.map((column) => `${column} = excluded.${column}`).join(', ')}`
  );
}

function body(draft: Draft, summary: Summary, routine: string): string {
  const { quote } = draft.engine;
  const { schema } = summary.table.name;
  const subtract = summary.onSourceDelete === 'subtract';
  const truncated = subtract
    ? `  IF TG_OP = 'TRUNCATE' THEN\n    DELETE FROM ${quote.name(summary.table.name)};\n    RETURN NULL;\n  END IF;\n\n`
    : '';
  const deleted = subtract
    ? `\n  IF TG_OP = 'DELETE' THEN\n${leave(draft, summary, 'removed')}\n    RETURN NULL;\n  END IF;\n`
    : '';
  const columns = sourceColumns(summary);
  const difference = (from: string, less: string): string =>
    `(\n      SELECT ${columns} FROM ${from}\n      EXCEPT ALL\n      SELECT ${columns} FROM ${less}\n    ) AS ${from === 'removed' ? 'left_behind' : 'arrived'}`;
  return `CREATE FUNCTION ${routine}() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ${quote.identifier(schema)}, pg_temp
AS $keep$
BEGIN
${truncated}  IF TG_OP = 'INSERT' THEN
${arrive(draft, summary, 'added')}
    RETURN NULL;
  END IF;
${deleted}
  -- An update takes the old row out of its group and puts the new one in; rows whose group and values stay are left alone.
${leave(draft, summary, difference('removed', 'added'))}
${arrive(draft, summary, difference('added', 'removed'))}
${tidy(draft, summary, difference('removed', 'added'))}
  RETURN NULL;
END
$keep$`;
}

/** Source columns that keys and measures read: all of them, because keys may be any expression. */
function sourceColumns(summary: Summary): string {
  const { source } = summary;
  const names = new Set([
    ...(source.existing?.columns ?? []).map(({ name }) => name),
    ...source.columns.map(({ name }) => name),
  ]);
  const text = [...summary.keys.map(({ from }) => from), ...summary.measures.map(({ of }) => of)].join(' ');
  const used = [...names].filter((name) =>
    new RegExp(`(?<![\\p{L}\\p{N}_])${escape(name)}(?![\\p{L}\\p{N}_])`, 'iu').test(text),
  );
  return used
    .map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`))
    .join(', ');
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function arrive(draft: Draft, summary: Summary, rows: string): string {
  const keys = summary.keys.map(({ column }) => column).join(', ');
  const measures = summary.measures;
  const sets = measures
    .map((measure) => `      ${measure.column} = ${merged(measure, 'excluded', '+', '      ')}`)
    .join(',\n');
  return `    INSERT INTO ${draft.engine.quote.name(summary.table.name)} AS kept (${keys}, ${measures.map(({ column }) => column).join(', ')})
    ${groups(summary, rows, '    ')}
    ORDER BY ${keys}
    ON CONFLICT (${keys}) DO UPDATE SET
${sets};`;
}

function leave(draft: Draft, summary: Summary, rows: string): string {
  const { quote } = draft.engine;
  const name = quote.name(summary.table.name);
  const keys = summary.keys.map(({ column }) => column);
  const match = keys.map((column) => `kept.${column} = gone.${column}`).join(' AND ');
  const gone = `(\n      ${groups(summary, rows, '      ')}\n    ) AS gone`;
  // A lowest or highest value cannot be taken away: it is found again below, once the row is locked.
  const sets = summary.measures
    .filter(({ kind }) => kind !== 'min' && kind !== 'max')
    .map((measure) => `      ${measure.column} = ${merged(measure, 'gone', '-', '      ')}`);
  const again =
    summary.onSourceDelete === 'subtract'
      ? summary.measures.filter(({ kind }) => kind === 'min' || kind === 'max')
      : [];
  const source = quote.name(summary.source.name);
  const inGroup = summary.keys.map(({ column, from }) => `${from} = kept.${column}`).join(' AND ');
  const find = again.map(
    ({ kind, of, column }) => `      ${column} = (SELECT ${kind}(${of}) FROM ${source} WHERE ${inGroup})`,
  );
  const update = (assignments: readonly string[]): string =>
    assignments.length > 0
      ? `\n    UPDATE ${name} AS kept SET\n${assignments.join(',\n')}\n    FROM ${gone}\n    WHERE ${match};`
      : '';
  const lock = `    PERFORM 1 FROM ${name} AS kept\n    JOIN ${gone} ON ${match}\n    ORDER BY ${keys.map((column) => `kept.${column}`).join(', ')} FOR UPDATE OF kept;`;
  return `${lock}${update(sets)}${update(find)}${rows === 'removed' ? `\n${tidy(draft, summary, rows)}` : ''}`;
}

/** Groups that nothing is left of go away, so that the summary equals one counted from scratch. */
function tidy(draft: Draft, summary: Summary, rows: string): string {
  const { quote } = draft.engine;
  const keys = summary.keys.map(({ column }) => column);
  const counter = summary.measures.find(({ kind }) => kind === 'count by' || kind === 'count');
  const inGroup = summary.keys.map(({ column, from }) => `${from} = kept.${column}`).join(' AND ');
  const empty = counter
    ? `kept.${counter.column} = ${counter.kind === 'count' ? '0' : "'{}'"}`
    : `NOT EXISTS (SELECT FROM ${quote.name(summary.source.name)} WHERE ${inGroup})`;
  return `    DELETE FROM ${quote.name(summary.table.name)} AS kept
    USING (
      ${groups(summary, rows, '      ')}
    ) AS gone
    WHERE ${keys.map((column) => `kept.${column} = gone.${column}`).join(' AND ')} AND ${empty};`;
}
