import { printPart } from '../../../catalog/identity.ts';
import type { Catalog, Table } from '../../../catalog/model.ts';
import type { MadeObject } from '../../../engine/snapshot/model.ts';
import { behaviourDdl, viewsDdl } from './behaviour.ts';
import { attachments, checksDdl, indexesDdl, referencesDdl } from './keys.ts';
import { id, says, type Making } from './making.ts';
import { foundationsDdl, operatorsDdl, rulesDdl } from './others.ts';
import { depths, rankOf, type Rank } from './rank.ts';
import { routineDdl } from './routines.ts';
import {
  columnSettings,
  identityColumns,
  kinshipDdl,
  ownedSequences,
  sequenceOwners,
  tableComments,
  tableDdl,
} from './tables.ts';
import { sequenceDdl, typeDdl } from './types.ts';

/** Statements that make a structure in an empty database, in groups that follow each other. */
export interface Plan {
  /** What tables are built from; those that come too early succeed later. */
  readonly base: readonly Making[];
  /** Tables in the order in which they were made. */
  readonly tables: readonly Making[];
  /** Parents of tables, owners of sequences, how columns are stored. */
  readonly joins: readonly Making[];
  /** Indexes and the constraints they serve, table by table; tables do not disturb each other. */
  readonly keys: readonly (readonly Making[])[];
  /** Parts of indexes, checks, references. */
  readonly links: readonly Making[];
  readonly views: readonly Making[];
  /** Triggers, policies, rules, comments. */
  readonly rest: readonly Making[];
}

/** Plans how a structure is made without extensions, owners and grants; `order` is that of the original, by kind and name where it is empty. */
export function planOf(catalog: Catalog, order: readonly MadeObject[]): Plan {
  const rank = rankOf(order);
  const sequences = ownedSequences(catalog);
  const identities = identityColumns(catalog);
  const tables = tablesInOrder(catalog, rank);
  return {
    base: [
      ...catalog.schemas.flatMap((schema) => [
        ...(schema.name === 'public'
          ? []
          : [
              {
                path: `schema ${printPart(schema.name)}`,
                sql: `CREATE SCHEMA IF NOT EXISTS ${id(schema.name)}`,
              },
            ]),
        ...says(`schema ${printPart(schema.name)}`, `SCHEMA ${id(schema.name)}`, schema.comment),
      ]),
      ...foundationsDdl(catalog),
      ...rank('type')(catalog.types).flatMap(typeDdl),
      ...catalog.sequences
        .filter(({ ownedBy }) => ownedBy === undefined || !identities.has(ownedBy))
        .map(sequenceDdl),
      ...rank('routine')(catalog.routines)
        .toSorted((a, b) => Number(a.kind === 'aggregate') - Number(b.kind === 'aggregate'))
        .flatMap(routineDdl),
      ...operatorsDdl(catalog),
    ],
    tables: tables.map((table) => tableDdl(table, sequences)),
    joins: [
      // A default partition is looked through for each one that comes after it.
      ...tables.toSorted((a, b) => Number(isDefault(a)) - Number(isDefault(b))).flatMap(kinshipDdl),
      ...sequenceOwners(catalog),
      ...tables.flatMap(columnSettings),
    ],
    keys: tables.map((table) => indexesDdl(table, rank)).filter((makings) => makings.length > 0),
    links: [...attachments(catalog), ...checksDdl(catalog), ...referencesDdl(catalog)],
    views: [...viewsDdl(catalog, rank), ...catalog.views.flatMap((view) => indexesDdl(view, rank))],
    rest: [...behaviourDdl(catalog), ...rulesDdl(catalog, rank), ...catalog.tables.flatMap(tableComments)],
  };
}

/** Without an order, parents come before their children. */
function tablesInOrder(catalog: Catalog, rank: Rank): readonly Table[] {
  const depth = depths(catalog);
  return rank('relation')(catalog.tables.toSorted((a, b) => depth(a) - depth(b)));
}

function isDefault(table: Table): boolean {
  return table.partitionOf?.bound === 'DEFAULT';
}
