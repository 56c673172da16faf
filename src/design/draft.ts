import { fail } from '../base/error.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Wish } from '../change/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Entity, Question, Relation, Task } from '../task/model.ts';
import type {
  Choice,
  CopiedColumn,
  DesignNote,
  DesignedFeature,
  DesignedNever,
  DesignedPurge,
  DesignedRelation,
  DesignedRoutine,
  DesignedSummary,
  MaskedView,
  PartedTable,
  SupportIndex,
  Upkeep,
} from './model.ts';
import { cased, habitsOf, namesIn, pluralOf, singularOf, type Habits } from './naming.ts';

/** A table on the drawing board; patterns add to it until it is written. */
export interface TableDraft {
  /** Entity id, relation id of a junction, or an existing table as the task writes it. */
  readonly of: string;
  readonly entity?: Entity;
  readonly existing?: Table;
  readonly name: Name;
  readonly columns: ColumnDraft[];
  /** Columns of relations that find theirs in the table already, in the order of their targets' keys. */
  placed?: Map<string, readonly string[]>;
  /** Primary key of a new table. */
  key: readonly string[];
  readonly constraints: ConstraintDraft[];
  readonly indexes: IndexDraft[];
  /** Rows, views, functions and triggers, written when all tables stand. */
  readonly after: Wish[];
  readonly claims: string[];
  comment?: string;
  /** What follows the list of columns. */
  suffix?: string;
}

export interface ColumnDraft {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default?: string;
  /** `GENERATED …` clause. */
  readonly generated?: string;
  readonly comment?: string;
  /** Field or relation it belongs to. */
  readonly of: string;
  /** Place in a new table: keys, relations, fields, what patterns add. */
  readonly rank: 0 | 1 | 2 | 3;
  readonly claims: readonly string[];
}

export interface ConstraintDraft {
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'exclude' | 'check' | 'foreign';
  readonly columns: readonly string[];
  /** What follows CONSTRAINT and the name. */
  readonly definition: string;
  readonly claims: readonly string[];
  readonly comment?: string;
  readonly to?: Name;
  /** A query that returns rows which stand in the way, on a table that has rows. */
  readonly probe?: string;
}

export interface IndexDraft {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
  /** What follows ON table. */
  readonly definition: string;
  readonly claims: readonly string[];
  readonly reason: string;
  /** It only supports a foreign key or a purge. */
  readonly support: boolean;
}

/** All that the patterns share. */
export interface Draft {
  readonly task: Task;
  readonly catalog: Catalog;
  readonly engine: Engine;
  /** The moment the design is made at. */
  readonly now: Date;
  readonly habits: Habits;
  readonly tables: TableDraft[];
  readonly relations: DesignedRelation[];
  readonly derived: DesignedSummary[];
  readonly parted: PartedTable[];
  readonly constraints: Map<string, string>;
  readonly purges: Map<string, DesignedPurge>;
  readonly features: DesignedFeature[];
  readonly upkeep: Upkeep[];
  /** Extensions that patterns need, with the claims that ask for them. */
  readonly extensions: Map<string, readonly string[]>;
  readonly nevers: DesignedNever[];
  readonly routines: DesignedRoutine[];
  /** Statements that come after the task's own SQL. */
  readonly late: Wish[];
  readonly masked: MaskedView[];
  readonly supports: SupportIndex[];
  readonly copies: CopiedColumn[];
  readonly choices: Choice[];
  readonly notes: DesignNote[];
  readonly questions: Question[];
  /** A name nothing in the schema has yet. */
  take(wanted: Name): string;
  /** Quoted identifiers, joined by commas. */
  list(columns: readonly string[]): string;
  choose(about: string, chosen: string, because: string, claims: readonly string[]): void;
}

/** An empty drawing board with one table per entity on it. */
export function startDraft(task: Task, catalog: Catalog, engine: Engine, now = new Date()): Draft {
  const habits = { ...habitsOf(catalog), maxBytes: engine.quote.maxBytes };
  const choices: Choice[] = [];
  const draft: Draft = {
    task,
    catalog,
    engine,
    now,
    habits,
    choices,
    notes: [],
    tables: [],
    relations: [],
    derived: [],
    parted: [],
    constraints: new Map(),
    purges: new Map(),
    features: [],
    upkeep: [],
    extensions: new Map(),
    nevers: [],
    routines: [],
    late: [],
    masked: [],
    supports: [],
    copies: [],
    questions: [],
    take: namesIn(catalog, engine.quote.maxBytes),
    list: (columns) => columns.map((column) => engine.quote.identifier(column)).join(', '),
    choose: (about, chosen, because, claims) => choices.push({ about, chosen, because, claims }),
  };
  for (const entity of task.requirements.entities) draft.tables.push(entityTable(draft, entity));
  return draft;
}

function entityTable(draft: Draft, entity: Entity): TableDraft {
  const { habits, catalog, task } = draft;
  const wanted =
    entity.table ?? cased(habits.plural ? pluralOf(entity.name) : singularOf(entity.name), habits);
  const existing = findTable(catalog, wanted);
  if (existing && task.requirements.change.kind === 'new') {
    fail('task.wrong-value', `The table ${wanted} of entity ${entity.id} exists already.`, {
      hint: 'Give the entity another `table:`, or say `change: { kind: alter }`.',
    });
  }
  const name = existing ?? splitName(wanted, habits.schema);
  return {
    of: entity.id,
    entity,
    ...(existing ? { existing } : {}),
    name: { schema: name.schema, name: existing ? name.name : draft.take(name) },
    columns: [],
    key: [],
    constraints: [],
    indexes: [],
    after: [],
    claims: [entity.id],
    ...(entity.purpose ? { comment: entity.purpose } : {}),
  };
}

/** A table of the catalog, by `name` or `schema.name`. */
export function findTable(catalog: Catalog, written: string): Table | undefined {
  return (
    catalog.tables.find(({ schema, name }) => written === `${schema}.${name}`) ??
    catalog.tables.find(({ name }) => name === written)
  );
}

function splitName(written: string, schema: string): Name {
  const [first, second] = written.split('.', 2);
  return second ? { schema: first!, name: second } : { schema, name: written };
}

/** The table that a task's text means: an entity's id, its name, its table, or an existing table, which then comes onto the board. */
export function tableOf(draft: Draft, written: string): TableDraft {
  const known = draft.tables.find(
    ({ of, entity, name }) => of === written || entity?.name === written || name.name === written,
  );
  if (known) return known;
  const existing = findTable(draft.catalog, written);
  if (!existing)
    fail(
      'task.unknown-reference',
      `The task names ${written}, which is neither an entity nor a table of the current database.`,
    );
  const added: TableDraft = {
    of: written,
    existing,
    name: { schema: existing.schema, name: existing.name },
    columns: [],
    constraints: [],
    indexes: [],
    after: [],
    claims: [],
    key: existing.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [],
  };
  draft.tables.push(added);
  return added;
}

/** Relations that put their columns into this table. */
export function relationsFrom(draft: Draft, table: TableDraft): readonly Relation[] {
  return draft.task.requirements.relations.filter(
    (relation) => relation.via === undefined && tableOf(draft, relation.from) === table,
  );
}

/** Columns of a field or relation; fails when the name means nothing in the table. */
export function columnsOf(table: TableDraft, name: string): readonly string[] {
  const placed = table.placed?.get(name);
  if (placed) return placed;
  const drafted = table.columns.filter(({ of }) => of === name).map((column) => column.name);
  if (drafted.length > 0) return drafted;
  const existing = [...table.columns, ...(table.existing?.columns ?? [])].find(
    (column) => column.name === name,
  );
  if (existing) return [existing.name];
  return fail(
    'task.unknown-reference',
    `${table.entity ? `Entity ${table.of}` : `The table ${table.of}`} has no field or relation named ${name}.`,
  );
}

/** Adds an index that a foreign key or a purge needs, unless a key or another index leads with its columns. */
export function support(
  draft: Draft,
  table: TableDraft,
  columns: readonly string[],
  options: {
    readonly suffix?: string;
    readonly method?: string;
    readonly reason: string;
    readonly claims: readonly string[];
  },
): void {
  if (leads(table, columns)) return;
  const name = draft.take({
    schema: table.name.schema,
    name: draft.habits.templates.index(table.name.name, columns),
  });
  table.indexes.push({
    name,
    columns,
    unique: false,
    support: true,
    reason: options.reason,
    claims: options.claims,
    definition: `${options.method ? `USING ${options.method} ` : ''}(${draft.list(columns)})${options.suffix ?? ''}`,
  });
}

/** Whether a key, a unique or an index that is not partial begins with these columns, in any order. */
export function leads(table: TableDraft, columns: readonly string[]): boolean {
  const begins = (keys: readonly string[]): boolean =>
    keys.length >= columns.length &&
    columns.every((column) => keys.slice(0, columns.length).includes(column));
  return (
    begins(table.key) ||
    table.constraints.some(
      ({ kind, columns: keys }) => (kind === 'unique' || kind === 'primary') && begins(keys),
    ) ||
    table.indexes.some(
      (index) =>
        begins(index.columns) &&
        !index.definition.includes(' WHERE ') &&
        !index.definition.startsWith('USING brin'),
    ) ||
    (table.existing?.indexes ?? []).some(
      (index) => begins(index.keys) && index.predicate === undefined && index.method === 'btree',
    )
  );
}
