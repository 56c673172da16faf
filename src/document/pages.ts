/** The documentation of a whole structure as files: an index, a page per table, and diagrams. */
import { plural } from '../base/text.ts';
import { foreignKeysTo } from '../catalog/find.ts';
import { keyOf, sameName } from '../catalog/identity.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import { drawDiagram } from './diagram.ts';
import { dictionary } from './dictionary.ts';
import { block, bullet, code, fenced, prose, table as grid } from './markdown.ts';

/** Most tables that one diagram shows; a reader finds nothing in a larger one. */
const mostInDiagram = 40;

/** Paths and texts, the same for the same structure; partitions stand with their parent. */
export function schemaPages(
  catalog: Catalog,
  title: string,
): readonly { readonly path: string; readonly text: string }[] {
  const tables = catalog.tables
    .filter((one) => !one.partitionOf)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const whole =
    tables.length > 0 && tables.length <= mostInDiagram
      ? drawDiagram({ before: catalog, after: catalog, focus: tables })
      : undefined;
  const names = pageNames(tables);
  return [
    { path: 'README.md', text: index(catalog, tables, title, names, whole !== undefined) },
    ...(whole
      ? [
          { path: 'diagram.svg', text: whole.svg },
          { path: 'diagram.mmd', text: whole.mermaid },
        ]
      : []),
    ...tables.map((one) => ({ path: names.get(one)!, text: page(catalog, one) })),
  ];
}

/** File of each table: its key with what a file system may not like replaced; equal ones get a number. */
function pageNames(tables: readonly Table[]): ReadonlyMap<Table, string> {
  const taken = new Set<string>();
  return new Map(
    tables.map((one) => {
      const base = keyOf(one)
        .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
        .replace(/^\.+/, '');
      let path = `tables/${base}.md`;
      for (let n = 2; taken.has(path.toLowerCase()); n += 1) path = `tables/${base}-${n}.md`;
      taken.add(path.toLowerCase());
      return [one, path] as const;
    }),
  );
}

function index(
  catalog: Catalog,
  tables: readonly Table[],
  title: string,
  names: ReadonlyMap<Table, string>,
  drawn: boolean,
): string {
  const columns = tables.flatMap((one) => one.columns);
  const described = tables.filter(({ comment }) => comment !== undefined).length;
  const list = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`## ${heading}`, bullet(lines)];
  return block([
    `# ${prose(title)}`,
    `${plural(tables.length, 'table')}, ${plural(catalog.views.length, 'view')}, ${plural(catalog.routines.length, 'routine')}. Described: ${described} of ${plural(tables.length, 'table')}, ${columns.filter(({ comment }) => comment !== undefined).length} of ${plural(columns.length, 'column')}.`,
    ...(drawn ? ['![Diagram](diagram.svg)'] : []),
    ...(tables.length === 0
      ? []
      : [
          '## Tables',
          grid(
            ['table', 'columns', 'refers to', 'purpose'],
            tables.map((one) => [
              `[${prose(shown(one))}](${encodeURI(names.get(one)!)})`,
              String(one.columns.length),
              String(one.constraints.filter(({ kind }) => kind === 'foreign').length),
              prose(one.comment ?? ''),
            ]),
          ),
        ]),
    ...list(
      'Views',
      catalog.views.map(
        (view) =>
          `${code(shown(view))}${view.materialized ? ' (materialised)' : ''}${view.comment === undefined ? '' : `: ${prose(view.comment)}`}`,
      ),
    ),
    ...list(
      'Routines',
      catalog.routines.map(
        (routine) =>
          `${code(`${shown(routine)}(${routine.arguments})`)} ${routine.kind}${routine.comment === undefined ? '' : `: ${prose(routine.comment)}`}`,
      ),
    ),
    ...list(
      'Types',
      catalog.types.map(
        (type) =>
          `${code(shown(type))} ${type.kind}${type.labels.length > 0 ? `: ${type.labels.map(prose).join(', ')}` : ''}`,
      ),
    ),
  ]);
}

function page(catalog: Catalog, one: Table): string {
  const partitions = catalog.tables.filter((part) => part.partitionOf && sameName(part.partitionOf, one));
  const alone =
    foreignKeysTo(catalog, one).length === 0 && !one.constraints.some(({ kind }) => kind === 'foreign');
  const { mermaid } = drawDiagram({ before: catalog, after: catalog, focus: [one] });
  return block([
    dictionary(catalog, [one]).trimEnd(),
    ...(partitions.length === 0
      ? []
      : [
          `**${plural(partitions.length, 'partition')}**`,
          bullet(partitions.map((part) => `${code(shown(part))} ${code(part.partitionOf!.bound)}`)),
        ]),
    ...(alone ? [] : [fenced(mermaid.trimEnd(), 'mermaid')]),
  ]);
}

function shown({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
