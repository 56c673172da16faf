import { printName, sameName } from '../../../catalog/identity.ts';
import type { Catalog, Column, Name, Routine, Sequence, Table, Type } from '../../../catalog/model.ts';
import { quote } from '../quote.ts';

const id = (name: string): string => quote.identifier(name);
const text = (value: string): string => quote.literal(value);
/** Always with its schema: the text is run with an empty search path. */
const full = (name: Name): string => `${id(name.schema)}.${id(name.name)}`;
const says = (what: string, comment: string | undefined): readonly string[] =>
  comment === undefined ? [] : [`COMMENT ON ${what} IS ${text(comment)}`];

/**
 * Statements that make a structure in an empty database, without extensions, owners and grants, in an order that suits
 * most databases; the few that come too early succeed when they are tried again after the others.
 */
export function ddl(catalog: Catalog): readonly string[] {
  const deepFirst = catalog.tables.toSorted((a, b) => depth(catalog, b) - depth(catalog, a));
  return [
    ...catalog.schemas.flatMap((schema) => [
      ...(schema.name === 'public' ? [] : [`CREATE SCHEMA IF NOT EXISTS ${id(schema.name)}`]),
      ...says(`SCHEMA ${id(schema.name)}`, schema.comment),
    ]),
    ...catalog.types.flatMap(typeDdl),
    ...catalog.sequences
      .filter((sequence) => !identityOf(catalog, sequence))
      .map(
        (sequence) => `CREATE SEQUENCE ${full(sequence)} AS ${sequence.type} ${sequenceOptions(sequence)}`,
      ),
    ...catalog.routines.filter((routine) => routine.kind !== 'aggregate').flatMap(routineDdl),
    ...catalog.tables
      .toSorted((a, b) => depth(catalog, a) - depth(catalog, b))
      .map((table) => tableDdl(catalog, table)),
    ...deepFirst
      .flatMap((table) =>
        table.partitionOf
          ? [
              `ALTER TABLE ${full(table.partitionOf)} ATTACH PARTITION ${full(table)} ${table.partitionOf.bound}`,
            ]
          : [],
      )
      .toReversed(),
    ...catalog.routines.filter((routine) => routine.kind === 'aggregate').flatMap(routineDdl),
    ...catalog.sequences.flatMap((sequence) => [
      ...(sequence.ownedBy !== undefined && !identityOf(catalog, sequence)
        ? [`ALTER SEQUENCE ${full(sequence)} OWNED BY ${sequence.ownedBy}`]
        : []),
      ...says(`SEQUENCE ${full(sequence)}`, sequence.comment),
    ]),
    ...catalog.views.flatMap((view) => [
      `CREATE ${view.materialized ? 'MATERIALIZED ' : ''}VIEW ${full(view)} (${view.columns.map((column) => id(column.name)).join(', ')})${
        view.options.length > 0 ? ` WITH (${view.options.map(option).join(', ')})` : ''
      } AS ${view.definition.replace(/;\s*$/, '')}`,
      ...says(`${view.materialized ? 'MATERIALIZED VIEW' : 'VIEW'} ${full(view)}`, view.comment),
      ...view.columns.flatMap((column) => says(`COLUMN ${full(view)}.${id(column.name)}`, column.comment)),
    ]),
    // Parts come before their parents, whose indexes and keys then take the existing ones in under their own names.
    ...deepFirst.flatMap((table) => keysDdl(table)),
    ...deepFirst.flatMap((table) => referencesDdl(table)),
    ...catalog.views.flatMap((view) =>
      view.indexes.flatMap((index) => [index.definition, ...says(`INDEX ${full(index)}`, index.comment)]),
    ),
    ...catalog.tables.flatMap((table) => behaviourDdl(catalog, table)),
    ...catalog.views.flatMap((view) => view.triggers.map((trigger) => trigger.definition)),
    ...(catalog.others ?? [])
      .filter(({ kind }) => kind === 'rule' || kind === 'statistics')
      .map((other) => other.definition),
  ];
}

function depth(catalog: Catalog, table: Table): number {
  const parents = [...(table.partitionOf ? [table.partitionOf] : []), ...table.inherits];
  const found = parents.flatMap((name) => catalog.tables.filter((other) => sameName(other, name)));
  return found.length === 0 ? 0 : 1 + Math.max(...found.map((parent) => depth(catalog, parent)));
}

function typeDdl(type: Type): readonly string[] {
  const name = full(type);
  const made = {
    enum: `CREATE TYPE ${name} AS ENUM (${type.labels.map(text).join(', ')})`,
    domain: `CREATE DOMAIN ${name} AS ${type.definition}`,
    composite: `CREATE TYPE ${name} AS (${type.definition})`,
    range: `CREATE TYPE ${name} AS RANGE (${type.definition})`,
  }[type.kind];
  return [made, ...says(`${type.kind === 'domain' ? 'DOMAIN' : 'TYPE'} ${name}`, type.comment)];
}

function routineDdl(routine: Routine): readonly string[] {
  const what = `${routine.kind === 'window' ? 'FUNCTION' : routine.kind.toUpperCase()} ${full(routine)}(${routine.arguments})`;
  const comment = says(what, routine.comment);
  if (routine.kind !== 'aggregate') return [routine.definition, ...comment];
  // The catalog names functions with their arguments; CREATE AGGREGATE wants the bare names.
  const parts = routine.definition.split(/, (?=\w+ = )/).filter((part) => !/^(kind|parallel) = /.test(part));
  return [
    `CREATE AGGREGATE ${full(routine)}(${routine.arguments}) (${parts.map((part) => part.replace(/^((?:\w*func) = [^(]+)\(.*\)$/, '$1')).join(', ')})`,
    ...comment,
  ];
}

function sequenceOptions(sequence: Sequence): string {
  const { increment, minimum, maximum, start, cache, cycle } = sequence;
  return `INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} START WITH ${start} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
}

/** The identity column that a sequence stands behind. */
function identityOf(catalog: Catalog, sequence: Sequence): Column | undefined {
  return sequence.ownedBy === undefined ? undefined : identities(catalog).get(sequence.ownedBy);
}

const known = new WeakMap<Catalog, ReadonlyMap<string, Column>>();

function identities(catalog: Catalog): ReadonlyMap<string, Column> {
  const found =
    known.get(catalog) ??
    new Map(
      catalog.tables.flatMap((table) =>
        table.columns.flatMap((column) =>
          column.identity ? [[`${full(table)}.${id(column.name)}`, column] as const] : [],
        ),
      ),
    );
  known.set(catalog, found);
  return found;
}

function tableDdl(catalog: Catalog, table: Table): string {
  const columns = table.columns
    .filter((column) => !column.inherited || table.partitionOf)
    .map((column) => columnDdl(catalog, table, column));
  return [
    `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${full(table)} (${columns.join(', ')})`,
    ...(table.inherits.length > 0 ? [`INHERITS (${table.inherits.map(full).join(', ')})`] : []),
    ...(table.partitionKey === undefined ? [] : [`PARTITION BY ${table.partitionKey}`]),
    ...(table.options.length > 0 ? [`WITH (${table.options.map(option).join(', ')})`] : []),
  ].join(' ');
}

function columnDdl(catalog: Catalog, table: Table, column: Column): string {
  const named = table.constraints.find(
    ({ kind, columns }) => kind === 'not-null' && columns[0] === column.name,
  );
  const sequence = catalog.sequences.find(({ ownedBy }) => ownedBy === `${full(table)}.${id(column.name)}`);
  return [
    id(column.name),
    column.type,
    ...(column.collation === undefined ? [] : [`COLLATE ${column.collation}`]),
    ...(column.generated
      ? [`GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.kind.toUpperCase()}`]
      : []),
    ...(column.default === undefined ? [] : [`DEFAULT ${column.default}`]),
    ...(column.identity && sequence
      ? [
          `GENERATED ${column.identity.toUpperCase()} AS IDENTITY (SEQUENCE NAME ${full(sequence)} ${sequenceOptions(sequence)})`,
        ]
      : []),
    ...(column.notNull && (named?.validated ?? true)
      ? [named ? `CONSTRAINT ${id(named.name)} NOT NULL` : 'NOT NULL']
      : []),
  ].join(' ');
}

function keysDdl(table: Table): readonly string[] {
  const owned = new Set(
    table.indexes.flatMap((index) => (index.constraint === undefined ? [] : [index.name])),
  );
  const constraints = table.constraints.filter(
    ({ kind, validated }) => kind !== 'foreign' && (kind !== 'not-null' || !validated),
  );
  return [
    ...constraints.map(
      (constraint) =>
        `ALTER TABLE ${full(table)} ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
    ),
    // Without ONLY the index of a partitioned table takes in those that its partitions have by now.
    ...table.indexes
      .filter((index) => !owned.has(index.name))
      .map((index) => index.definition.replace(/^(CREATE (?:UNIQUE )?INDEX .*?) ON ONLY /, '$1 ON ')),
    ...table.indexes.flatMap((index) => says(`INDEX ${full(index)}`, index.comment)),
    ...table.indexes
      .filter((index) => index.definition.endsWith('/* clustered */'))
      .map((index) => `ALTER TABLE ${full(table)} CLUSTER ON ${id(index.name)}`),
  ];
}

function referencesDdl(table: Table): readonly string[] {
  const foreign = table.constraints.filter(({ kind }) => kind === 'foreign');
  return [
    ...foreign.map(
      (constraint) =>
        `ALTER TABLE ${full(table)} ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
    ),
    ...table.constraints.flatMap((constraint) =>
      says(`CONSTRAINT ${id(constraint.name)} ON ${full(table)}`, constraint.comment),
    ),
  ];
}

function behaviourDdl(catalog: Catalog, table: Table): readonly string[] {
  const name = full(table);
  const alter = (what: string): string => `ALTER TABLE ${name} ${what}`;
  const parent = table.partitionOf && catalog.tables.find((other) => sameName(other, table.partitionOf!));
  const cloned = new Set(parent?.triggers.map((trigger) => trigger.name));
  const state = { disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' } as const;
  return [
    ...table.triggers.flatMap((trigger) => [
      ...(cloned.has(trigger.name) ? [] : [trigger.definition]),
      ...(trigger.enabled in state
        ? [alter(`${state[trigger.enabled as keyof typeof state]} TRIGGER ${id(trigger.name)}`)]
        : []),
      ...says(`TRIGGER ${id(trigger.name)} ON ${name}`, trigger.comment),
    ]),
    ...table.policies.flatMap((policy) => [
      `CREATE POLICY ${id(policy.name)} ON ${name} AS ${policy.permissive ? 'PERMISSIVE' : 'RESTRICTIVE'} FOR ${policy.command.toUpperCase()} TO ${policy.roles
        .map((role) => (role === 'PUBLIC' ? role : id(role)))
        .join(
          ', ',
        )}${policy.using === undefined ? '' : ` USING (${policy.using})`}${policy.check === undefined ? '' : ` WITH CHECK (${policy.check})`}`,
      ...says(`POLICY ${id(policy.name)} ON ${name}`, policy.comment),
    ]),
    ...(table.rowSecurity === 'off' ? [] : [alter('ENABLE ROW LEVEL SECURITY')]),
    ...(table.rowSecurity === 'forced' ? [alter('FORCE ROW LEVEL SECURITY')] : []),
    ...(table.replicaIdentity === 'default'
      ? []
      : [
          alter(
            `REPLICA IDENTITY ${table.replicaIdentity.replace(/^index (.*)$/, (_all, index: string) => `USING INDEX ${id(index)}`)}`,
          ),
        ]),
    ...says(`TABLE ${name}`, table.comment),
    ...table.columns.flatMap((column) => [
      ...says(`COLUMN ${name}.${id(column.name)}`, column.comment),
      ...(column.storage === undefined
        ? []
        : [alter(`ALTER COLUMN ${id(column.name)} SET STORAGE ${column.storage}`)]),
      ...(column.compression === undefined
        ? []
        : [alter(`ALTER COLUMN ${id(column.name)} SET COMPRESSION ${column.compression}`)]),
      ...(column.statistics === undefined
        ? []
        : [alter(`ALTER COLUMN ${id(column.name)} SET STATISTICS ${column.statistics}`)]),
      ...(column.options === undefined || table.kind === 'foreign'
        ? []
        : [alter(`ALTER COLUMN ${id(column.name)} SET (${column.options.map(option).join(', ')})`)]),
    ]),
  ];
}

/** `fillfactor=70` → `fillfactor = '70'`; a qualified name keeps its dot. */
function option(stored: string): string {
  const at = stored.indexOf('=');
  return `${stored.slice(0, at).split('.').map(id).join('.')} = ${text(stored.slice(at + 1))}`;
}

/** Foreign tables that became ordinary ones, for people. */
export function changedKinds(catalog: Catalog): readonly string[] {
  return catalog.tables
    .filter(({ kind }) => kind === 'foreign')
    .map((table) => `the foreign table ${printName(table)} is an ordinary, empty one here`);
}
