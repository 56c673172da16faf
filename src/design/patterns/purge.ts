import { support, tableOf, type Draft, type TableDraft } from '../draft.ts';
import type { Pattern } from './pattern.ts';

/** Rows per batch of a purge: a few tens of milliseconds of work, short enough for row locks. */
const batch = 5000;

/** Rows that are kept for a time: one batch of their deletion, and the small index it needs. */
export const purge: Pattern = {
  name: 'purge',
  apply(draft) {
    const { quote } = draft.engine;
    for (const each of draft.task.requirements.lifecycle) {
      const table = tableOf(draft, each.of);
      if (each.then !== 'delete') {
        draft.questions.push({
          about: each.id,
          text: `${each.id} asks to ${each.then} the rows of ${table.name.name}; this version writes deletions only. Which columns, and where to?`,
          guess: 'then: delete',
        });
        continue;
      }
      const column = ageOf(table);
      if (column === undefined) {
        draft.questions.push({
          about: each.id,
          text: `Which field of ${table.of} says how old a row is? ${each.id} needs one of type instant or date.`,
          guess: 'created_at: { type: instant, required: true, default: now }',
        });
        continue;
      }
      const name = quote.name(table.name);
      const old = `${quote.identifier(column)} < now() - interval '${each.keepDays} days'`;
      draft.purges.set(each.id, {
        table: table.name,
        column,
        sql: `DELETE FROM ${name}\nWHERE ctid = ANY (ARRAY(\n  SELECT ctid FROM ${name} WHERE ${old} LIMIT ${batch}\n))`,
      });
      support(draft, table, [column], {
        method: 'brin',
        claims: [each.id],
        reason:
          'The purge finds old rows without reading the young ones; a few pages, because rows arrive in order of time',
      });
      draft.choose(
        table.name.name,
        `deleted in batches of ${batch} when older than ${each.keepDays} days, by ${column}`,
        'short transactions: writers wait for a batch at most',
        [each.id],
      );
    }
    unhandled(draft);
  },
};

/** The column that tells a row's age: an instant or date that is always there, filled by default first, `created…` before others. */
function ageOf(table: TableDraft): string | undefined {
  const columns = [...(table.existing?.columns ?? []), ...table.columns].filter(
    ({ type, notNull }) => notNull && /^(?:timestamp|date)/.test(type),
  );
  const score = ({ name, default: value }: { readonly name: string; readonly default?: string }): number =>
    (value === undefined ? 0 : 2) + (/^(?:created|inserted|recorded|occurred|added)/i.test(name) ? 1 : 0);
  return columns.toSorted((a, b) => score(b) - score(a))[0]?.name;
}

/** What the vocabulary knows but this version does not turn into structure is said, not skipped. */
function unhandled(draft: Draft): void {
  const { entities, privacy } = draft.task.requirements;
  for (const { of, id, readers } of privacy)
    if (readers.length > 0)
      draft.choose(
        of,
        'no grant is written',
        `who may read is decided by the roles of your server; granted to ${readers.join(', ')} it would fail where they do not exist`,
        [id],
      );
  for (const { id, tenant } of entities)
    if (tenant)
      draft.choose(`${id}.${tenant}`, 'an ordinary column', 'row security is not written in this version', [
        id,
      ]);
}
