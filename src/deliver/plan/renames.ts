/** `--rename a.b=c`: which object is meant, and what it is to be called. */
import { fail } from '../../base/error.ts';
import { printName, printPart } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Rename, RenameKind } from '../../engine/model.ts';

/** Reads one answer; the object must be on the old side. Throws `usage.wrong-option`. */
export function readRename(text: string, { from, to }: { from: Catalog; to: Catalog }): Rename {
  const at = text.indexOf('=');
  const left = split(text.slice(0, at));
  const right = split(text.slice(at + 1));
  if (at < 1 || left.length === 0 || right.length === 0)
    return fail('usage.wrong-option', `--rename needs old=new, not \`${text.slice(0, 80)}\`.`, {
      hint: 'For example --rename users.name=full_name, or users.name=no where it is no rename.',
    });
  const found = places(from).filter(({ path }) => ends(path, left));
  const [one] = found.toSorted((a, b) => a.path.length - b.path.length || order(a.path, b.path));
  if (one === undefined)
    return fail('usage.wrong-option', `--rename: there is no ${printed(left)} on the old side.`, {
      hint: 'Write it as table.column, as a table, or with its schema before it.',
    });
  const same = found.filter(({ path }) => path.length === one.path.length && path[0] !== 'public');
  if (one.path[0] !== 'public' && same.length > 1)
    fail(
      'usage.wrong-option',
      `--rename: ${printed(left)} may be ${same.map(({ path }) => printed(path)).join(' or ')}.`,
      {
        hint: 'Put its schema before it.',
      },
    );
  const { kind, path } = one;
  if (right.length === 1 && right[0] === 'no') return { kind, from: printed(path), to: undefined };
  const wanted = [...path.slice(0, Math.max(0, path.length - right.length)), ...right.slice(-path.length)];
  if (!places(to).some((there) => there.kind === kind && printed(there.path) === printed(wanted)))
    fail('usage.wrong-option', `--rename: there is no ${kind} ${printed(wanted)} on the new side.`, {
      hint: 'The name after = is the new one.',
    });
  return { kind, from: printed(path), to: printed(wanted) };
}

interface Place {
  readonly kind: RenameKind;
  readonly path: readonly string[];
}

function places(catalog: Catalog): readonly Place[] {
  const at = ({ schema, name }: Name, ...rest: readonly string[]): readonly string[] => [
    schema,
    name,
    ...rest,
  ];
  return [
    ...catalog.tables.flatMap((table): readonly Place[] => [
      { kind: 'table', path: at(table) },
      ...table.columns.map(({ name }): Place => ({ kind: 'column', path: at(table, name) })),
      ...table.constraints.map(({ name }): Place => ({ kind: 'constraint', path: at(table, name) })),
      ...table.triggers.map(({ name }): Place => ({ kind: 'trigger', path: at(table, name) })),
      ...table.policies.map(({ name }): Place => ({ kind: 'policy', path: at(table, name) })),
      ...table.indexes.map((index): Place => ({ kind: 'index', path: at(index) })),
    ]),
    ...catalog.views.map((view): Place => ({ kind: 'view', path: at(view) })),
    ...catalog.sequences.map((sequence): Place => ({ kind: 'sequence', path: at(sequence) })),
    ...catalog.types.flatMap((type): readonly Place[] => [
      { kind: 'type', path: at(type) },
      ...type.labels.map((label): Place => ({ kind: 'label', path: at(type, label) })),
    ]),
    ...catalog.routines.map((routine): Place => ({ kind: 'routine', path: at(routine) })),
    ...catalog.schemas.map(({ name }): Place => ({ kind: 'schema', path: [name] })),
  ];
}

/** Whether a path ends as somebody wrote it: `users.name` means `public.users.name`. */
function ends(path: readonly string[], written: readonly string[]): boolean {
  const tail = path.slice(-written.length);
  return (
    written.length <= path.length &&
    path.length - written.length <= 1 &&
    tail.every((part, i) => part === written[i])
  );
}

/** The schema `public` comes first where the name alone does not decide. */
function order(a: readonly string[], b: readonly string[]): number {
  return Number(a[0] !== 'public') - Number(b[0] !== 'public');
}

function printed(path: readonly string[]): string {
  const [schema, name, ...rest] = path;
  return name === undefined
    ? printPart(schema!)
    : [printName({ schema: schema!, name }), ...rest.map(printPart)].join('.');
}

function split(text: string): readonly string[] {
  return [...text.trim().matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)].map((match) =>
    match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'),
  );
}
