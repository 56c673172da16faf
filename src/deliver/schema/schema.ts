/** A look at a structure: names first, then one line for each table, then whole tables, page by page. */
import { fail } from '../../base/error.ts';
import { nearest, plural, shellWord } from '../../base/text.ts';
import { findTable } from '../../catalog/find.ts';
import { keyOf, parseName } from '../../catalog/identity.ts';
import type { Table, View } from '../../catalog/model.ts';
import { report } from '../../report/build.ts';
import { clean } from '../../render/clean.ts';
import type { Next, Report } from '../../report/model.ts';
import { structureNamed, type WithCurrent } from '../current/with-current.ts';
import { fromHere } from '../files.ts';
import {
  nameSections,
  drawnOf,
  shown,
  summaryLine,
  tableSections,
  viewLine,
  viewSections,
  type Drawn,
} from './draw.ts';
import { pagesOf, type Section } from './pages.ts';
import { readStructure, type Structure } from './read.ts';

/** Tables up to which a look without a wish shows a line for each. */
const fewTables = 25;

/** How much is told of each table. */
export type Detail = 'names' | 'summary' | 'full';

/** What somebody wants to see. */
export interface Wish {
  /** Names of tables, views or columns, with `*` for any letters. */
  readonly like?: string;
  readonly table?: string;
  readonly detail?: Detail;
  /** From 1. */
  readonly page: number;
  /** What was named to be looked at, for calls that follow; absent for what is configured, and never an address with its password. */
  readonly of?: string;
}

export interface LookOptions extends WithCurrent, Wish {
  readonly cwd: string;
}

/** Reads a structure and shows one page of it; throws `usage.missing-input` without one, and as {@link readStructure} and {@link showStructure} do. */
export async function lookAtSchema(options: LookOptions): Promise<Report> {
  const started = performance.now();
  const { config, cwd } = options;
  structureNamed(config, 'schema');
  const structure = await readStructure(options);
  return showStructure(structure, options, { started, cwd, declared: config.private ?? [] });
}

/** Shows one page of a structure; throws `usage.wrong-option` for a table or page that is not there. */
export function showStructure(
  structure: Structure,
  options: Wish,
  {
    started,
    cwd,
    declared,
  }: { readonly started: number; readonly cwd: string; readonly declared: readonly string[] },
): Report {
  const drawn = drawnOf(structure, declared);
  const chosen =
    options.table === undefined ? matching(structure, options.like) : named(structure, options.table);
  const count = chosen.tables.length + chosen.views.length;
  const detail =
    options.detail ?? (options.table !== undefined ? 'full' : count <= fewTables ? 'summary' : 'names');
  const pages = pagesOf(sectionsOf(drawn, chosen, detail));
  const lines =
    pages[options.page - 1] ??
    fail(
      'usage.wrong-option',
      `There is no page ${options.page}: there ${pages.length === 1 ? 'is 1 page' : `are ${pages.length} pages`}.`,
    );
  const source = fromHere(structure.source, cwd);
  const text = clean(lines.join('\n'));
  return report({
    command: 'schema',
    title: source,
    started,
    headline: `${headlineOf(structure, chosen, options)}${pages.length > 1 ? `, page ${options.page} of ${pages.length}` : ''}.`,
    blocks: [{ id: 'structure', title: 'Structure', kind: 'code', language: '', text }],
    next: nextOf(options, detail, pages.length, chosen),
    limits: structure.limits.slice(0, 10).map((limit) => fromHere(limit, cwd)),
    output: {
      tables: chosen.tables.length,
      views: chosen.views.length,
      detail,
      page: options.page,
      pages: pages.length,
      text,
    },
  });
}

interface Chosen {
  readonly tables: readonly Table[];
  readonly views: readonly View[];
  /** Columns of a table that were looked for. */
  readonly columns: (table: Table) => readonly string[];
}

function sectionsOf(drawn: Drawn, { tables, views, columns }: Chosen, detail: Detail): readonly Section[] {
  if (detail === 'names') return nameSections(drawn, tables, views, columns);
  if (detail === 'full')
    return [
      ...tables.flatMap((table) => tableSections(drawn, table, tables.length === 1)),
      ...views.flatMap(viewSections),
    ];
  return [
    ...tables.map((table) => ({ heading: summaryLine(drawn, table), lines: [] })),
    ...views.map((view) => ({ heading: viewLine(view), lines: [] })),
  ];
}

/** Tables and views by pattern; partitions are told with their parents. */
function matching({ catalog }: Structure, like: string | undefined): Chosen {
  const tables = catalog.tables.filter(({ partitionOf }) => !partitionOf).toSorted(byName);
  const views = catalog.views.toSorted(byName);
  if (like === undefined || like === '') return { tables, views, columns: () => [] };
  const pattern = new RegExp(
    `^${like
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('?', '.')
      .replaceAll(/[*%]+/g, '.*')}$`,
    'iu',
  );
  const fits = (one: { readonly schema: string; readonly name: string }): boolean =>
    pattern.test(one.name) || pattern.test(keyOf(one));
  const columns = (table: {
    readonly columns: readonly { readonly name: string }[];
    readonly name: string;
  }) =>
    table.columns
      .map(({ name }) => name)
      .filter((name) => pattern.test(name) || pattern.test(`${table.name}.${name}`));
  return {
    tables: tables.filter((table) => fits(table) || columns(table).length > 0),
    views: views.filter((view) => fits(view) || columns(view).length > 0),
    columns: (table) => (fits(table) ? [] : columns(table).slice(0, 5)),
  };
}

function byName(a: { schema: string; name: string }, b: { schema: string; name: string }): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

function named({ catalog }: Structure, name: string): Chosen {
  const table = findTable(catalog, name);
  if (table) return { tables: [table], views: [], columns: () => [] };
  const written = parseName(name);
  const view = catalog.views.find(
    (one) => one.name === written.name && (written.schema ?? one.schema) === one.schema,
  );
  if (view) return { tables: [], views: [view], columns: () => [] };
  const near = nearest(
    written.name,
    [...catalog.tables, ...catalog.views].map((one) => one.name),
  );
  return fail('usage.wrong-option', `There is no table or view ${name.slice(0, 130)}.`, {
    hint: near === undefined ? 'See which there are: dbd schema --detail names' : `Did you mean ${near}?`,
  });
}

function headlineOf({ catalog }: Structure, { tables, views }: Chosen, { table, like }: Wish): string {
  if (table !== undefined) return shown((tables[0] ?? views[0])!);
  const found = `${plural(tables.length, 'table')}${views.length > 0 ? ` and ${plural(views.length, 'view')}` : ''}`;
  const rest = [
    [catalog.routines.length, 'routine'],
    [catalog.types.length, 'type'],
    [catalog.extensions.length, 'extension'],
  ] as const;
  const also = rest.filter(([count]) => count > 0).map(([count, word]) => plural(count, word));
  return like === undefined
    ? `${found}${also.length > 0 ? `; also ${also.join(', ')}` : ''}`
    : `${found} like ${like.slice(0, 60)}`;
}

function nextOf(options: Wish, detail: Detail, pages: number, { tables }: Chosen): readonly Next[] {
  const call =
    options.of === undefined
      ? 'dbd schema'
      : `dbd schema ${options.of === '…' ? options.of : shellWord(options.of)}`;
  return [
    ...(options.page < pages
      ? [{ command: `${call}${wished(options)} --page ${options.page + 1}`, why: 'the next page' }]
      : []),
    ...(detail === 'names'
      ? [{ command: `${call} --like "order*"`, why: 'a line for each table of a name' }]
      : []),
    ...(detail !== 'full' && tables[0]
      ? [
          {
            command: `${call} --table ${shown(tables[0])}`,
            why: 'a whole table, with its neighbours',
          },
        ]
      : []),
  ];
}

/** The options that a further page takes again. */
function wished({ like, table, detail }: Wish): string {
  return [
    ...(like === undefined ? [] : [` --like ${shellWord(like)}`]),
    ...(table === undefined ? [] : [` --table ${shellWord(table)}`]),
    ...(detail === undefined ? [] : [` --detail ${detail}`]),
  ].join('');
}
