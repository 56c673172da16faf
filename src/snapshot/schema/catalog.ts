/** The shape of a catalog inside a snapshot. */
import { z } from 'zod';
import { line, list, name, named, shape, text, word } from './parts.ts';

const yes = z.boolean();
const comment = text.optional();
const grants = list(shape({ to: word, privilege: word, grantable: yes }), 100_000);
const words = list(word, 10_000);
const lines = list(line, 10_000);

const column = shape({
  name: word,
  position: z.number().int().min(0).max(100_000),
  type: line,
  notNull: yes,
  default: text.optional(),
  identity: z.enum(['always', 'by default']).optional(),
  generated: shape({ expression: text, kind: z.enum(['stored', 'virtual']) }).optional(),
  collation: line.optional(),
  storage: line.optional(),
  compression: line.optional(),
  statistics: z.number().int().min(-1).max(10_000).optional(),
  options: lines.optional(),
  inherited: yes.optional(),
  comment,
  grants,
});

const deleteRule = z.enum(['no action', 'restrict', 'cascade', 'set null', 'set default']);

const constraint = shape({
  name: word,
  kind: z.enum(['primary', 'unique', 'foreign', 'check', 'exclude', 'not-null']),
  columns: words,
  definition: text,
  validated: yes,
  deferrable: yes,
  deferred: yes,
  enforced: yes,
  references: shape({ ...named, columns: words, onDelete: deleteRule, onUpdate: deleteRule }).optional(),
  comment,
});

const index = shape({
  ...named,
  method: word,
  unique: yes,
  primary: yes,
  valid: yes,
  keys: list(text, 10_000),
  includes: list(text, 10_000),
  predicate: text.optional(),
  definition: text,
  constraint: word.optional(),
  partOf: name.optional(),
  comment,
});

const trigger = shape({ name: word, definition: text, enabled: line, routine: line, comment });

const policy = shape({
  name: word,
  command: line,
  permissive: yes,
  roles: words,
  using: text.optional(),
  check: text.optional(),
  comment,
});

const table = shape({
  ...named,
  kind: z.enum(['table', 'partitioned', 'foreign']),
  owner: word,
  unlogged: yes,
  columns: list(column, 10_000),
  constraints: list(constraint, 100_000),
  indexes: list(index, 100_000),
  triggers: list(trigger, 100_000),
  policies: list(policy, 100_000),
  rowSecurity: z.enum(['off', 'on', 'forced']),
  grants,
  comment,
  partitionKey: text.optional(),
  partitionOf: shape({ ...named, bound: text }).optional(),
  inherits: list(name, 10_000),
  options: lines,
  replicaIdentity: line,
  method: word.optional(),
  foreign: lines.optional(),
});

const view = shape({
  ...named,
  owner: word,
  materialized: yes,
  definition: text,
  columns: list(
    shape({ name: word, type: line, statistics: z.number().int().min(-1).max(10_000).optional(), comment }),
    10_000,
  ),
  options: lines,
  indexes: list(index, 100_000),
  triggers: list(trigger, 100_000),
  grants,
  comment,
});

const routine = shape({
  ...named,
  kind: z.enum(['function', 'procedure', 'aggregate', 'window']),
  arguments: text,
  definition: text,
  owner: word,
  grants,
  comment,
});

const type = shape({
  ...named,
  kind: z.enum(['enum', 'domain', 'composite', 'range']),
  owner: word,
  labels: list(line, 100_000),
  base: line.optional(),
  definition: text,
  grants,
  comment,
});

const sequence = shape({
  ...named,
  owner: word,
  type: line,
  start: line,
  increment: line,
  minimum: line,
  maximum: line,
  cache: line,
  cycle: yes,
  ownedBy: line.optional(),
  grants,
  comment,
});

/** A whole catalog. */
export const catalogSchema = shape({
  engine: word,
  version: word,
  schemas: list(shape({ name: word, owner: word, comment, grants }), 100_000),
  extensions: list(shape({ name: word, schema: word, version: line }), 10_000),
  tables: list(table),
  views: list(view),
  routines: list(routine),
  types: list(type),
  sequences: list(sequence),
  others: list(shape({ kind: line, name: text, definition: text, comment })).optional(),
});
