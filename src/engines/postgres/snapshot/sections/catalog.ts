import type { Catalog } from '../../../../catalog/model.ts';
import { catalogFrom, catalogParts, catalogQueries, type CatalogPart } from '../../inspect/inspect.ts';
import type { Recording, Row, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

const WHY: Readonly<Record<CatalogPart, string>> = {
  version: 'Version of the server as it prints it.',
  schemas: 'Schemas, their owners and grants.',
  extensions: 'Installed extensions and their versions.',
  tables: 'Tables: kind, owner, row security, partitions, storage options, grants.',
  columns: 'Columns: types, defaults, collations, storage, grants.',
  constraints: 'Keys, references, checks and exclusions.',
  indexes: 'Indexes as they were defined.',
  triggers: 'Triggers of tables and views.',
  policies: 'Row security policies.',
  views: 'Views and materialised views with their queries.',
  routines: 'Functions, procedures and aggregates with their text.',
  types: 'Enums, domains, composite types and ranges.',
  sequences: 'Sequences and how they count.',
  others:
    'Rules, extended statistics, collations, casts, operators, publications; of foreign servers the names of options only.',
};

/** The queries of the structure, one section each. */
export const CATALOG: readonly Section[] = catalogParts.map((part) => ({
  name: part,
  stage: 'read the structure',
  why: WHY[part],
  sql: ({ version }) => catalogQueries(version)[part],
}));

/** The catalog that the recorded rows tell. */
export function toCatalog(recording: Recording): Catalog {
  const sections = new Map(CATALOG.map((section) => [section.name, section] as const));
  return catalogFrom((part) => rowsOf<Row>(recording, sections.get(part)!));
}
