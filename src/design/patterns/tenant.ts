import type { ConstraintDraft, Draft, IndexDraft, TableDraft } from '../draft.ts';
import { fitBytes } from '../../base/text.ts';
import { sameName } from '../../catalog/identity.ts';
import { tenantPart, tenantsOf, tenantTables, type TenantTable } from '../tenancy/who.ts';
import type { Pattern } from './pattern.ts';

/** Finding about a reference that may lead to another tenant's row. */
export const crossing = 'reference-across-tenants';

/** Rows of many tenants in the same tables: the tenant leads keys, uniques, references and indexes, so that no row can point at another tenant's. */
export const tenant: Pattern = {
  name: 'tenant',
  apply(draft) {
    if (draft.task.requirements.tenancy?.model !== 'shared') return;
    giveJunctions(draft);
    const all = tenantTables(draft);
    for (const one of all) leadUniques(draft, one);
    for (const one of all) leadReferences(draft, one, all);
    for (const one of all) leadIndexes(draft, one);
  },
};

/** A junction between tables of tenants gets the tenant of its pair. */
function giveJunctions(draft: Draft): void {
  const all = tenantTables(draft);
  const [first] = all;
  const tenants = tenantsOf(draft);
  if (!first || !tenants) return;
  for (const table of draft.tables) {
    if (table.entity || table.existing) continue;
    const relation = draft.task.requirements.relations.find(({ id }) => id === table.of);
    const owned = table.constraints.filter(({ to }) => to && all.some((one) => sameName(one.table.name, to)));
    if (relation?.via === undefined || owned.length === 0) continue;
    const claims = [relation.id];
    table.columns.unshift({
      name: first.column,
      type: first.type,
      notNull: true,
      of: tenantPart,
      rank: 0,
      claims,
    });
    const key = table.constraints.findIndex(({ kind }) => kind === 'primary');
    if (key >= 0) table.constraints[key] = led(draft, table.constraints[key]!, first.column);
    table.key = [first.column, ...table.key];
    const [toColumn] = tenantKey(tenants);
    if (toColumn === undefined) continue;
    const name = draft.take({
      schema: table.name.schema,
      name: draft.habits.templates.foreign(table.name.name, [first.column]),
    });
    table.constraints.push({
      name,
      kind: 'foreign',
      columns: [first.column],
      to: tenants.name,
      claims,
      definition: `FOREIGN KEY (${draft.list([first.column])}) REFERENCES ${draft.engine.quote.name(tenants.name)} (${draft.list([toColumn])}) ON DELETE CASCADE`,
    });
  }
}

/** Key columns of the table of tenants. */
export function tenantKey(tenants: TableDraft): readonly string[] {
  return tenants.key.length > 0
    ? tenants.key
    : (tenants.existing?.constraints.find(({ kind }) => kind === 'primary')?.columns ?? []);
}

function leadUniques(draft: Draft, { table, column }: TenantTable): void {
  const changed: string[] = [];
  for (const [at, constraint] of table.constraints.entries()) {
    const owned =
      constraint.kind === 'primary' && table.entity?.key.kind === 'fields' && !table.entity.derived;
    const unique = constraint.kind === 'unique' || constraint.kind === 'exclude' || owned;
    if (!unique || constraint.columns.includes(column)) continue;
    table.constraints[at] = led(draft, constraint, column);
    if (constraint.kind === 'primary') table.key = [column, ...table.key];
    changed.push(constraint.name);
  }
  for (const [at, index] of table.indexes.entries())
    if (index.unique && !index.columns.includes(column)) {
      table.indexes[at] = ledIndex(draft, index, column);
      changed.push(index.name);
    }
  if (changed.length > 0)
    draft.choose(
      table.name.name,
      `${changed.join(', ')} within one tenant, led by ${column}`,
      'a unique over all tenants would tell one of them what another has',
      table.claims.slice(0, 1),
    );
}

/** References between tables of tenants carry the tenant, so that both rows are of the same one. */
function leadReferences(draft: Draft, { table, column }: TenantTable, all: readonly TenantTable[]): void {
  for (const [at, constraint] of table.constraints.entries()) {
    const { to } = constraint;
    if (constraint.kind !== 'foreign' || !to || constraint.columns.includes(column)) continue;
    const shared = all.find((one) => sameName(one.table.name, to));
    const target = shared ?? standing(draft, to);
    if (!target) continue;
    const made = draft.relations.findIndex(
      (relation) => relation.constraint === constraint.name && sameName(relation.table, table.name),
    );
    const known = draft.relations[made];
    const toColumns = known?.toColumns ?? keyOf(target.table);
    if (shared) needKey(draft, target, toColumns);
    else if (!hasKey(target, toColumns)) {
      acrossTenants(draft, `${table.name.name}.${constraint.columns.join(', ')}`, target, toColumns);
      continue;
    }
    const nulls = (action: string): string =>
      version(draft) >= 15 ? `SET ${action} (${draft.list(constraint.columns)})` : 'NO ACTION';
    table.constraints[at] = {
      ...constraint,
      columns: [column, ...constraint.columns],
      definition: constraint.definition
        .replace(/^FOREIGN KEY \(/, () => `FOREIGN KEY (${draft.list([column])}, `)
        .replace(
          /(REFERENCES .+?) \((?=[^()]*\)(?: ON DELETE|$))/,
          (_, before: string) => `${before} (${draft.list([target.column])}, `,
        )
        // Of the two columns only the reference may become empty; the tenant stays.
        .replace(/ON DELETE SET (NULL|DEFAULT)$/, (_, action: string) => `ON DELETE ${nulls(action)}`),
    };
    if (known)
      draft.relations[made] = {
        ...known,
        columns: [column, ...known.columns],
        toColumns: [target.column, ...toColumns],
      };
    draft.choose(
      `${table.name.name}.${constraint.columns.join(', ')}`,
      `refers to (${target.column}, ${toColumns.join(', ')}) of ${target.table.name.name}`,
      'the reference holds within one tenant: a row cannot point at a row of another one',
      constraint.claims,
    );
  }
}

/** A table of today that the task leaves as it is and whose rows belong to tenants by a reference of their own. */
function standing(draft: Draft, name: TableDraft['name']): TenantTable | undefined {
  const tenants = tenantsOf(draft);
  const table = draft.tables.find((one) => one.existing && sameName(one.name, name));
  if (!tenants || !table?.existing || table === tenants) return undefined;
  const own = table.existing.constraints.find(
    ({ columns, references }) => columns.length === 1 && references && sameName(references, tenants.name),
  );
  const column = table.existing.columns.find((one) => one.name === own?.columns[0]);
  return column && { table, column: column.name, type: column.type };
}

/** A key over the tenant would be a change of a table that is not the task's: the reference stays plain, and what would close it is told. */
function acrossTenants(
  draft: Draft,
  about: string,
  { table, column }: TenantTable,
  toColumns: readonly string[],
): void {
  const { quote } = draft.engine;
  const wanted = [column, ...toColumns];
  const unique = fitBytes(draft.habits.templates.unique(table.name.name, wanted), quote.maxBytes);
  const allowed = `ALTER TABLE ${quote.name(table.name)} ADD CONSTRAINT ${quote.identifier(unique)} UNIQUE (${draft.list(wanted)})`;
  draft.notes.push({
    rule: crossing,
    about,
    message: `${about} may name a row of another tenant: ${table.name.name} belongs to tenants by ${column}, and has no unique over (${wanted.join(', ')}) that a reference with the tenant could lead to.`,
    why: 'A foreign key is checked past row security, so it takes the key of any row that is there.',
    instead: `${allowed}; then the task, run again, makes the reference carry the tenant.`,
  });
  draft.choose(
    about,
    `refers to (${toColumns.join(', ')}) of ${table.name.name}, whatever the tenant`,
    `${table.name.name} is not changed by this task; ${allowed} would let the reference hold within one tenant`,
    table.claims.slice(0, 1),
  );
}

function version({ catalog }: Draft): number {
  return Number.parseInt(catalog.version, 10);
}

function keyOf(table: TableDraft): readonly string[] {
  return (
    [...table.constraints, ...(table.existing?.constraints ?? [])].find(({ kind }) => kind === 'primary')
      ?.columns ?? []
  );
}

function hasKey({ table, column }: Omit<TenantTable, 'type'>, columns: readonly string[]): boolean {
  const wanted = [column, ...columns.filter((name) => name !== column)];
  return [...table.constraints, ...(table.existing?.constraints ?? [])].some(
    (constraint) =>
      (constraint.kind === 'primary' || constraint.kind === 'unique') &&
      constraint.columns.length === wanted.length &&
      wanted.every((name) => constraint.columns.includes(name)),
  );
}

/** A reference needs a key over the tenant and the columns that it leads to. */
function needKey(draft: Draft, { table, column }: TenantTable, columns: readonly string[]): void {
  if (hasKey({ table, column }, columns)) return;
  const wanted = [column, ...columns.filter((name) => name !== column)];
  table.constraints.push({
    name: draft.take({
      schema: table.name.schema,
      name: draft.habits.templates.unique(table.name.name, wanted),
    }),
    kind: 'unique',
    columns: wanted,
    definition: `UNIQUE (${draft.list(wanted)})`,
    claims: table.claims.slice(0, 1),
    comment: 'References of the same tenant lead here',
  });
}

function leadIndexes(draft: Draft, { table, column }: TenantTable): void {
  // A reference to a table without tenants is checked by its own columns: a leading tenant would keep the index from serving it.
  const elsewhere = table.constraints.filter(
    (constraint) => constraint.kind === 'foreign' && !constraint.columns.includes(column),
  );
  const serves = (index: IndexDraft): boolean =>
    index.support &&
    elsewhere.some(({ columns }) => columns.every((name, place) => index.columns[place] === name));
  for (const [at, index] of table.indexes.entries())
    if (
      !index.unique &&
      index.columns[0] !== column &&
      !index.definition.startsWith('USING') &&
      !serves(index)
    )
      table.indexes[at] = ledIndex(draft, index, column);
  // What begins with the tenant and goes on serves the reference to the tenants as well.
  const longer = [
    ...table.indexes,
    ...table.constraints.filter(({ kind }) => kind === 'unique' || kind === 'primary'),
  ];
  const spare = table.indexes.findIndex(
    (index) =>
      index.support &&
      index.columns.length === 1 &&
      index.columns[0] === column &&
      longer.some(
        (one) => one.columns.length > 1 && one.columns[0] === column && !/\bWHERE\b/.test(one.definition),
      ),
  );
  if (spare >= 0) table.indexes.splice(spare, 1);
  else if (!longer.some((one) => one.columns[0] === column && !/\bWHERE\b/.test(one.definition)))
    table.indexes.push({
      name: draft.take({
        schema: table.name.schema,
        name: draft.habits.templates.index(table.name.name, [column]),
      }),
      unique: false,
      columns: [column],
      definition: `(${draft.list([column])})`,
      claims: table.claims.slice(0, 1),
      reason: 'Every query reads the rows of one tenant',
      support: true,
    });
}

/** A key or an exclusion that begins with the tenant. */
function led(draft: Draft, constraint: ConstraintDraft, column: string): ConstraintDraft {
  return {
    ...constraint,
    columns: [column, ...constraint.columns],
    definition:
      constraint.kind === 'exclude'
        ? constraint.definition.replace('(', () => `(${draft.list([column])} WITH =, `)
        : constraint.definition.replace('(', () => `(${draft.list([column])}, `),
  };
}

function ledIndex(draft: Draft, index: IndexDraft, column: string): IndexDraft {
  return {
    ...index,
    columns: [column, ...index.columns],
    definition: index.definition.replace('(', () => `(${draft.list([column])}, `),
  };
}
