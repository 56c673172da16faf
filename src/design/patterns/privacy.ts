import { readGovernance, writeGovernance, type Governance } from '../../catalog/governance.ts';
import { isMaskKind } from '../../mask/model.ts';
import { leavesVisible, maskSql } from '../../mask/sql.ts';
import type { Lifecycle, Privacy } from '../../task/model.ts';
import { printDays } from '../../task/units.ts';
import { columnsOf, findTable, tableOf, type Draft, type TableDraft } from '../draft.ts';
import { tenantTables } from '../tenancy/who.ts';
import { tenantValue } from './isolation.ts';
import type { Pattern } from './pattern.ts';

/** Who answers for data, its class, purpose, readers and keeping: in comments, where every later reader finds them; and a masked view for those who may not see. */
export const privacy: Pattern = {
  name: 'privacy',
  apply(draft) {
    const { privacy: claims } = draft.task.requirements;
    const masked = new Map<TableDraft, Privacy[]>();
    for (const claim of claims) {
      const place = placeOf(draft, claim);
      if (!place) continue;
      const { table, columns } = place;
      for (const column of columns) describeColumn(draft, table, column, claim);
      if (claim.mask !== undefined) masked.set(table, [...(masked.get(table) ?? []), claim]);
    }
    for (const [table, list] of masked) addView(draft, table, list);
    for (const table of draft.tables) describeTable(draft, table);
  },
};

/** Table and columns that a privacy claim is about; undefined where the task's own SQL makes them, since they are not there yet. */
export function placeOf(
  draft: Draft,
  { of }: Privacy,
): { readonly table: TableDraft; readonly columns: readonly string[] } | undefined {
  const at = of.lastIndexOf('.');
  const [owner, name] = [of.slice(0, at), of.slice(at + 1)];
  const known =
    draft.tables.find((table) => table.of === owner || table.entity?.name === owner) ??
    (findTable(draft.catalog, owner) ? tableOf(draft, owner) : undefined);
  if (!known) return undefined;
  const there = [...known.columns, ...(known.existing?.columns ?? [])];
  return there.some((column) => column.name === name || ('of' in column && column.of === name))
    ? { table: known, columns: columnsOf(known, name) }
    : undefined;
}

/** Puts the facts of a privacy claim into the comment of a column. */
export function describeColumn(draft: Draft, table: TableDraft, column: string, claim: Privacy): void {
  const facts: Governance = {
    class: claim.class,
    ...(claim.purpose === undefined ? {} : { purpose: claim.purpose }),
    ...(claim.readers.length > 0 ? { readers: claim.readers } : {}),
  };
  const drafted = table.columns.findIndex(({ name }) => name === column);
  const old = readGovernance(
    drafted >= 0
      ? table.columns[drafted]!.comment
      : table.existing?.columns.find(({ name }) => name === column)?.comment,
  );
  const comment = writeGovernance({
    sentence: old.sentence,
    facts: { ...old.facts, ...facts },
    cites: `${draft.task.id} ${claim.id}`,
  });
  if (drafted >= 0) {
    const known = table.columns[drafted]!;
    table.columns[drafted] = { ...known, comment, claims: [...known.claims, claim.id] };
    return;
  }
  const { quote } = draft.engine;
  table.after.push({
    sql: `COMMENT ON COLUMN ${quote.name(table.name)}.${quote.identifier(column)} IS ${quote.literal(comment)}`,
    claims: [claim.id],
    reason: `Says what ${table.name.name}.${column} is and who reads it`,
  });
}

/** Owner, class and keeping of a table, in the comment that it gets anyway. */
function describeTable(draft: Draft, table: TableDraft): void {
  const { entity } = table;
  const kept = draft.task.requirements.lifecycle.find(
    ({ of }) => of === table.of || of === entity?.name || of === table.name.name,
  );
  const facts: Governance = {
    ...(entity?.classification === undefined ? {} : { class: entity.classification }),
    ...(entity?.owner === undefined ? {} : { owner: entity.owner }),
    ...(kept === undefined ? {} : { retention: keeping(kept) }),
  };
  if (Object.keys(facts).length === 0) return;
  const claims = [...table.claims.slice(0, 1), ...(kept ? [kept.id] : [])];
  if (!table.existing) {
    // The sentence and what it cites are put around when the table is written.
    table.comment = writeGovernance({ sentence: table.comment ?? '', facts });
    return;
  }
  const old = readGovernance(table.existing.comment);
  const { quote } = draft.engine;
  table.after.push({
    sql: `COMMENT ON TABLE ${quote.name(table.name)} IS ${quote.literal(
      writeGovernance({
        sentence: old.sentence,
        facts: { ...old.facts, ...facts },
        cites: [draft.task.id, ...claims].join(' '),
      }),
    )}`,
    claims,
    reason: `Says who answers for ${table.name.name} and how long rows are kept`,
  });
}

function keeping({ keepDays, then }: Lifecycle): string {
  return `${printDays(keepDays)}, then ${then}`;
}

/** Condition on the rows of the session's tenant; undefined where tenants do not share the table. */
function ownRows(draft: Draft, table: TableDraft): string | undefined {
  if (draft.task.requirements.tenancy?.model !== 'shared') return undefined;
  const { quote } = draft.engine;
  const shared = tenantTables(draft).find((one) => one.table === table);
  return shared && `${quote.identifier(shared.column)} = ${tenantValue(shared.type)}`;
}

/** Every column as it is, but for those that have a mask. */
function addView(draft: Draft, table: TableDraft, claims: readonly Privacy[]): void {
  const { quote } = draft.engine;
  const { schema, name } = table.name;
  const masks = new Map(
    claims.flatMap((claim) =>
      isMaskKind(claim.mask ?? '')
        ? columnsOf(table, claim.of.slice(claim.of.lastIndexOf('.') + 1)).map(
            (column) => [column, claim] as const,
          )
        : [],
    ),
  );
  if (masks.size === 0) return;
  const all = [
    ...(table.existing?.columns ?? []).map((column) => ({ name: column.name, type: column.type })),
    ...table.columns.toSorted((a, b) => a.rank - b.rank),
  ];
  const { drop = [] } = draft.task.requirements.change;
  const hidden = new Set([
    ...(table.entity?.fields ?? [])
      .filter(({ sensitive }) => sensitive)
      .flatMap((field) => columnsOf(table, field.name))
      .filter((column) => !masks.has(column)),
    // A view over a column that the same change drops would keep it from going.
    ...all
      .map((column) => column.name)
      .filter((column) => drop.includes(`${name}.${column}`) || drop.includes(`${schema}.${name}.${column}`)),
  ]);
  const view = {
    schema,
    name: draft.take({ schema, name: draft.habits.camel ? `${name}Masked` : `${name}_masked` }),
  };
  const lines = all
    .filter((column) => !hidden.has(column.name))
    .map((column) => {
      const quoted = quote.identifier(column.name);
      const mask = masks.get(column.name)?.mask;
      return mask !== undefined && isMaskKind(mask)
        ? `  ${maskSql(mask, quoted, column.type)} AS ${quoted}`
        : `  ${quoted}`;
    });
  const ids = [...new Set([...masks.values()].map(({ id }) => id))];
  // The view reads as its owner, whom row security may not bind: it tells the tenants apart by itself.
  const own = ownRows(draft, table);
  draft.masked.push({ view, table: table.name, columns: [...masks.keys()] });
  table.after.push(
    {
      sql: `CREATE VIEW ${quote.name(view)} WITH (security_barrier = true) AS\nSELECT\n${lines.join(',\n')}\nFROM ${quote.name(table.name)}${own === undefined ? '' : `\nWHERE ${own}`}`,
      claims: ids,
      reason: `${name} for those who may not see ${[...masks.keys()].join(', ')}`,
      undo: `DROP VIEW ${quote.name(view)}`,
    },
    {
      sql: `COMMENT ON VIEW ${quote.name(view)} IS ${quote.literal(`${name} with ${[...masks.keys()].join(', ')} masked (${[draft.task.id, ...ids].join(' ')})`)}`,
      claims: ids,
      reason: `Documents ${view.name}`,
      undo: '',
    },
  );
  draft.choose(
    view.name,
    `a view that masks ${[...masks].map(([column, { mask }]) => `${column} (leaves ${leavesVisible[mask as keyof typeof leavesVisible]})`).join(', ')}`,
    'it reads with the rights of its owner, so its readers need no right on the column; conditions of a reader see masked values only',
    ids,
  );
}
