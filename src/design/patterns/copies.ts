import { readGovernance, writeGovernance, type Governance } from '../../catalog/governance.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { columnsOf } from '../draft.ts';
import { personalColumns } from './audit.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';
import { describeColumn, placeOf } from './privacy.ts';

/** Archives, histories and messages hold what their tables hold: their comments say so, and reviews of who may read ask about them too. */
export const copies: Pattern = {
  name: 'copies',
  apply(draft) {
    const { privacy, entities } = draft.task.requirements;
    for (const claim of privacy) {
      const place = placeOf(draft, claim);
      for (const column of place?.columns ?? [])
        follow(draft, place!.table, column, claim.class, claim.readers, claim.id, (copy) =>
          describeColumn(draft, copy, column, claim),
        );
    }
    for (const entity of entities)
      for (const field of entity.fields.filter(({ sensitive }) => sensitive)) {
        const table = draft.tables.find((one) => one.entity === entity);
        for (const column of table ? columnsOf(table, field.name) : [])
          follow(draft, table!, column, 'sensitive', [], entity.id, (copy) =>
            comment(draft, copy, column, 'Sensitive', {}, entity.id),
          );
      }
  },
};

function follow(
  draft: Draft,
  table: TableDraft,
  column: string,
  kind: string,
  readers: readonly string[],
  claim: string,
  describe: (copy: TableDraft) => void,
): void {
  const left = table.entity ? personalColumns(draft, table) : [];
  for (const copy of tablesOf(draft, table)) {
    const held = (name: string): void => {
      const known = draft.copies.some(
        (one) =>
          sameName(one.table, copy.name) &&
          one.column === name &&
          one.from === column &&
          sameName(one.of, table.name),
      );
      if (!known) draft.copies.push({ table: copy.name, column: name, of: table.name, from: column });
    };
    // A topic of an outbox and a history's own columns are not the table's, whatever their names.
    if (copy.columns.some(({ name, rank }) => name === column && rank === 2) && !isOutbox(copy)) {
      describe(copy);
      held(column);
    }
    const keyed = isOutbox(copy) && keyOf(draft, table).some(({ name }) => name === column) ? ['key'] : [];
    for (const name of [...(left.includes(column) ? [] : jsonOf(copy)), ...keyed]) {
      const word = `holds ${table.name.name}.${column}`;
      const old = readGovernance(copy.columns.find((one) => one.name === name)?.comment);
      const sentence = old.sentence === '' ? `JSON of rows: ${word}` : `${old.sentence}, ${word.slice(6)}`;
      // Who may read the whole may read each of its parts.
      const both =
        old.sentence === ''
          ? readers
          : (old.facts.readers ?? []).filter((reader) => readers.includes(reader));
      const classes = [...new Set([...(old.facts.class?.split(', ') ?? []), kind])];
      comment(draft, copy, name, sentence, { class: classes.join(', '), readers: both }, claim);
      held(name);
    }
  }
}

/** Tables that keep rows of another one: its archive, its history, the outbox that tells of it. */
function tablesOf(draft: Draft, table: TableDraft): readonly TableDraft[] {
  const archives = [...draft.purges.values()].flatMap((purge) =>
    purge.archive && sameName(purge.table, table.name) ? [purge.archive] : [],
  );
  return draft.tables.filter(
    (copy) =>
      copy !== table &&
      !copy.entity &&
      (archives.some((name) => sameName(name, copy.name)) ||
        copy.of === `${table.of} audit` ||
        (isOutbox(copy) && table.entity?.outbox === true)),
  );
}

function isOutbox({ of, entity, existing }: TableDraft): boolean {
  return of === 'outbox' && !entity && !existing;
}

function jsonOf(copy: TableDraft): readonly string[] {
  if (isOutbox(copy)) return ['payload'];
  return copy.of.endsWith(' audit') ? ['old_row', 'new_row'] : [];
}

function comment(
  draft: Draft,
  copy: TableDraft,
  column: string,
  sentence: string,
  facts: Governance,
  claim: string,
): void {
  const at = copy.columns.findIndex(({ name }) => name === column);
  const known = copy.columns[at];
  if (!known) return;
  const { cites } = readGovernance(known.comment);
  const cited = [...new Set([...(cites === '' ? [draft.task.id] : cites.split(' ')), claim])].join(' ');
  copy.columns[at] = {
    ...known,
    comment: writeGovernance({ sentence, facts, cites: cited }),
    claims: [...new Set([...known.claims, claim])],
  };
}
