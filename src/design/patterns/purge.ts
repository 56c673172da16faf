import type { Name } from '../../catalog/model.ts';
import type { Lifecycle } from '../../task/model.ts';
import { printDays } from '../../task/units.ts';
import { support, tableOf, type ColumnDraft, type Draft, type TableDraft } from '../draft.ts';
import type { DesignedPurge } from '../model.ts';
import { markerOf, maskedColumns } from './anonymise.ts';
import { archiveOf } from './archive.ts';
import type { Pattern } from './pattern.ts';
import { isTemporal, keyColumns, period } from './temporal.ts';

/** Rows per batch of a purge: a few tens of milliseconds of work, short enough for row locks. */
const batch = 5000;

/** Rows that are kept for a time: one batch of their deletion, removal to an archive or anonymisation, and the small index it needs. */
export const purge: Pattern = {
  name: 'purge',
  apply(draft) {
    // An archive comes onto the board while it is designed.
    for (const each of draft.task.requirements.lifecycle)
      if (!draft.parted.some(({ lifecycle }) => lifecycle === each.id))
        expire(draft, each, tableOf(draft, each.of));
    ungoverned(draft);
  },
};

function expire(draft: Draft, each: Lifecycle, table: TableDraft): void {
  const { quote } = draft.engine;
  const temporal = isTemporal(table);
  const column = temporal
    ? table.columns.find(({ name }) => name === period)
    : ageOf(table, draft.parted.find((parted) => parted.table === table.name)?.column);
  if (column === undefined) {
    draft.questions.push({
      about: each.id,
      text: `Which field of ${table.of} says how old a row is? ${each.id} needs one of type instant or date.`,
      guess: 'created_at: { type: instant, required: true, default: now }',
    });
    return;
  }
  const name = quote.name(table.name);
  // A version ages from its end on; one without an end is true now, however long ago it was written.
  const age = temporal ? `upper(${quote.identifier(period)})` : quote.identifier(column.name);
  const marker = each.then === 'anonymise' ? markerOf(draft, each, table) : undefined;
  const masked = each.then === 'anonymise' ? maskedColumns(draft, each, table) : [];
  if (each.then === 'anonymise' && masked.length === 0) {
    draft.questions.push({
      about: each.id,
      text: `Which fields of ${table.of} tell who a person is? ${each.id} empties those that a privacy claim names.`,
      guess: `privacy: { P1: { of: ${each.of}.email, class: personal } }`,
    });
    return;
  }
  const due = [
    `${age} < now() - interval '${each.keepDays} days'`,
    ...(marker === undefined ? [] : [`${quote.identifier(marker)} IS NULL`]),
    ...(each.hold === undefined ? [] : [`(${each.hold.trim()}) IS NOT TRUE`]),
  ].join(' AND ');
  // Rows of different partitions have equal places: the condition must hold for what is found there, too.
  const again = table.suffix || table.existing?.kind === 'partitioned' ? `${due} AND ` : '';
  const rows = `${again}ctid = ANY (ARRAY(\n  SELECT ctid FROM ${name}\n  WHERE ${due}\n  LIMIT ${batch}\n  FOR UPDATE SKIP LOCKED\n))`;
  const archive = each.then === 'archive' ? archiveOf(draft, each, table) : undefined;
  const common: Omit<DesignedPurge, 'sql'> = {
    table: table.name,
    column: column.name,
    since: age,
    does: each.then,
    due,
    age: temporal
      ? endEarlier(draft, each, table)
      : `UPDATE ${name} SET ${age} = ${age} - interval '1 day' WHERE ${age} < (SELECT min(${age}) + interval '1 day' FROM ${name})`,
    ...(each.hold === undefined ? {} : { hold: each.hold.trim() }),
  };
  if (archive) {
    const list = draft.list(archive.columns);
    draft.purges.set(each.id, {
      ...common,
      archive: archive.name,
      sql: `WITH gone AS (\n  DELETE FROM ${name}\n  WHERE ${rows.replaceAll('\n', '\n  ')}\n  RETURNING ${list}\n)\nINSERT INTO ${quote.name(archive.name)} (${list})\nSELECT ${list}\nFROM gone`,
    });
  } else if (marker !== undefined) {
    const sets = [
      ...masked.map(({ column: one, value }) => `${quote.identifier(one)} = ${value}`),
      `${quote.identifier(marker)} = now()`,
    ];
    draft.purges.set(each.id, {
      ...common,
      masked: masked.map((one) => one.column),
      sql: `UPDATE ${name} SET\n  ${sets.join(',\n  ')}\nWHERE ${rows}`,
    });
  } else draft.purges.set(each.id, { ...common, sql: `DELETE FROM ${name}\nWHERE ${rows}` });
  if (temporal) ended(draft, each, table, age, marker);
  else if (marker === undefined)
    support(draft, table, [column.name], {
      method: 'brin',
      claims: [each.id],
      reason:
        'The purge finds old rows without reading the young ones; a few pages, because rows arrive in order of time',
    });
  else waiting(draft, each, table, column.name, marker);
  tellChoice(
    draft,
    each,
    table,
    temporal ? `${age}, the end of a version (what is valid now or later stays)` : column.name,
    archive?.name,
  );
}

/** Ends the first versions of the oldest day before their time; nothing lies before them that they could meet. */
function endEarlier(draft: Draft, each: Lifecycle, table: TableDraft): string {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const valid = quote.identifier(period);
  const same = keyColumns(table)
    .map((column) => `earlier.${quote.identifier(column)} = version.${quote.identifier(column)}`)
    .join(' AND ');
  const end = `least(upper(version.${valid}) - interval '1 second', now() - interval '${each.keepDays + 1} days')`;
  return `UPDATE ${name} AS version SET ${valid} = tstzrange(least(lower(version.${valid}), ${end} - interval '1 day'), ${end})
WHERE upper(version.${valid}) < (SELECT min(upper(${valid})) + interval '1 day' FROM ${name})
  AND NOT EXISTS (SELECT FROM ${name} AS earlier WHERE ${same} AND lower(earlier.${valid}) < lower(version.${valid}))`;
}

/** Finds versions that have ended, oldest first. */
function ended(
  draft: Draft,
  each: Lifecycle,
  table: TableDraft,
  age: string,
  marker: string | undefined,
): void {
  const { schema, name } = table.name;
  table.indexes.push({
    name: draft.take({ schema, name: draft.habits.templates.index(name, [`${period}_until`]) }),
    unique: false,
    columns: [period],
    definition: `(${age})${marker === undefined ? '' : ` WHERE ${draft.engine.quote.identifier(marker)} IS NULL`}`,
    claims: [each.id],
    support: false,
    reason: 'The purge finds versions that have ended without reading those that are valid',
  });
}

/** Rows that were anonymised stay old for ever: an index of those that were not keeps the search short. */
function waiting(draft: Draft, each: Lifecycle, table: TableDraft, age: string, marker: string): void {
  table.indexes.push({
    name: draft.take({
      schema: table.name.schema,
      name: draft.habits.templates.index(table.name.name, [age, marker]),
    }),
    unique: false,
    columns: [age],
    definition: `(${draft.list([age])}) WHERE ${draft.engine.quote.identifier(marker)} IS NULL`,
    claims: [each.id],
    support: false,
    reason: 'Finds the rows whose time has come without reading those that were anonymised before',
  });
}

function tellChoice(
  draft: Draft,
  each: Lifecycle,
  table: TableDraft,
  age: string,
  archive: Name | undefined,
): void {
  const done = { delete: 'deleted', archive: `moved to ${archive?.name ?? ''}`, anonymise: 'anonymised' };
  const because = {
    delete: 'short transactions: writers wait for a batch at most',
    archive:
      'one statement deletes and inserts, so that an interruption loses and doubles nothing; rows that somebody else holds wait for the next batch',
    anonymise: 'the row stays, who it was about does not; a mark says that it is done',
  };
  draft.choose(
    table.name.name,
    `${done[each.then]} in batches of ${batch} when older than ${printDays(each.keepDays)}, by ${age}${each.hold === undefined ? '' : `, but for rows with ${each.hold.trim()}`}`,
    because[each.then],
    [each.id],
  );
}

/** The column that tells a row's age: an instant or date that is always there, filled by default first, `created…` before others. */
function ageOf(table: TableDraft, known?: string): Pick<ColumnDraft, 'name' | 'type'> | undefined {
  const columns = [...(table.existing?.columns ?? []), ...table.columns].filter(
    ({ name, type, notNull }) =>
      notNull && /^(?:timestamp|date)/.test(type) && (known === undefined || name === known),
  );
  const score = ({ name, default: value }: { readonly name: string; readonly default?: string }): number =>
    (value === undefined ? 0 : 2) +
    (/^(?:created|inserted|recorded|occurred|added|changed)/i.test(name) ? 1 : 0);
  return columns.toSorted((a, b) => score(b) - score(a))[0];
}

/** A tenant's column without a tenancy is said to be nothing more. */
function ungoverned(draft: Draft): void {
  const { entities, tenancy } = draft.task.requirements;
  if (tenancy !== undefined) return;
  for (const { id, tenant } of entities)
    if (tenant !== undefined)
      draft.choose(
        `${id}.${tenant}`,
        'an ordinary column',
        'the task names no `tenancy`, so no row is kept from anybody',
        [id],
      );
}
