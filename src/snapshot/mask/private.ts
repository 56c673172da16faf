import { keyOf } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import { readGovernance } from '../../catalog/governance.ts';
import { guessPersonal } from '../../catalog/personal.ts';
import type { Snapshot } from '../../engine/model.ts';
import { carriedColumns, type CarriedColumn } from './carried.ts';
import { columnLinks, mentioned, placeKey } from './links.ts';
import { looksPrivate } from './private-values.ts';

/** Why a column is private. */
export interface PrivateReason {
  readonly class: string;
  readonly why: string;
}

/** Classes of data that anybody may see; every other declared class is private. */
const open = new Set(['public', 'internal', 'open', 'none', 'technical']);

/**
 * Columns whose values are personal or secret, by key of {@link columnLinks}: declared, guessed from their names or values, and those that hold the same values
 * or are made from them.
 */
export function privateColumns(
  snapshot: Snapshot,
  declared: ReadonlyMap<string, PrivateReason> = new Map(),
): ReadonlyMap<string, PrivateReason> {
  const { catalog } = snapshot;
  const found = new Map(declared);
  for (const of of [...catalog.tables, ...catalog.views]) {
    const whole = readGovernance(of.comment).facts.class?.toLowerCase();
    for (const { name: column, comment } of of.columns) {
      const key = placeKey({ schema: of.schema, relation: of.name, column });
      const own = readGovernance(comment).facts.class?.toLowerCase();
      const word = own ?? (whole === undefined || isKey(of, column) ? undefined : whole);
      if (found.has(key) || (word !== undefined && open.has(word))) continue;
      if (word !== undefined)
        found.set(key, { class: word, why: `its ${own ? '' : "table's "}comment says ${word}` });
      else {
        const guess = guessPersonal(of.name, column);
        if (guess) found.set(key, { class: guess.class, why: 'guessed from its name' });
      }
    }
  }
  const carried = carriedColumns(snapshot);
  // What is linked to a private column says more about it than its values do.
  spread(snapshot, found, carried);
  const declaredOpen = openKeys(catalog);
  for (const one of carried) {
    if (found.has(one.key) || declaredOpen.has(one.key)) continue;
    const looks = looksPrivate(one.values);
    const field = looks ? undefined : personalField(one);
    if (looks) found.set(one.key, { class: looks.class, why: `its values look like ${looks.what}` });
    else if (field)
      found.set(one.key, { class: field.class, why: `its documents have a field ${field.name}` });
  }
  spread(snapshot, found, carried);
  for (const one of sameValues(carried, found))
    if (!declaredOpen.has(one.key))
      found.set(one.key, { class: 'personal', why: 'holds values of other private columns' });
  spread(snapshot, found, carried);
  return found;
}

/** Documents of a column that are looked into. */
const documents = 200;

/** A field of a column's documents whose name is one of people's data. */
function personalField({
  relation,
  values,
}: CarriedColumn): { readonly name: string; readonly class: string } | undefined {
  let seen = 0;
  for (const value of values) {
    if (!/^\s*[{[]/.test(value)) {
      // A column of documents holds nothing else.
      if (seen === 0) return undefined;
      continue;
    }
    if (++seen > documents) return undefined;
    for (const [, name] of value.matchAll(/"((?:[^"\\]|\\.){1,63})"\s*:/g)) {
      const guess = guessPersonal(relation, name!);
      if (guess) return { name: name!, class: guess.class };
    }
  }
  return undefined;
}

/** Texts of a column that a private one has too: so many, and so large a share, are no chance. */
const shared = { texts: 3, share: 0.1 };

/** Columns that hold the same words as private ones, though nothing in the structure says so. */
function sameValues(
  carried: readonly CarriedColumn[],
  found: ReadonlyMap<string, PrivateReason>,
): readonly CarriedColumn[] {
  const isText = (value: string): boolean => /\p{L}{3}/u.test(value);
  const texts = new Set(
    carried.filter(({ key }) => found.has(key)).flatMap(({ values }) => [...values].filter(isText)),
  );
  return carried.filter(({ key, values }) => {
    const same = found.has(key) ? 0 : [...values].filter((value) => texts.has(value)).length;
    return same >= shared.texts && same >= values.size * shared.share;
  });
}

/** Adds what is linked to a private column, what an expression makes from one, and columns that hold the same values. */
export function spread(
  snapshot: Snapshot,
  found: Map<string, PrivateReason>,
  carried: readonly CarriedColumn[],
): void {
  const next = new Map<string, { readonly to: string; readonly why: string }[]>();
  const arrow = (from: string, to: string, why: string): void => {
    const list = next.get(from);
    if (list) list.push({ to, why });
    else next.set(from, [{ to, why }]);
  };
  for (const { from, to, kind } of columnLinks(snapshot.catalog)) {
    arrow(from, to, kind === 'equal' ? 'holds the values of' : 'is made from');
    if (kind === 'equal') arrow(to, from, 'holds the values of');
  }
  for (const one of carried)
    if (one.of && one.expression !== undefined && !one.key.includes('"#'))
      for (const column of mentioned(one.expression, columnsOf(snapshot.catalog, keyOf(one.of))))
        arrow(placeKey({ ...one.of, relation: one.of.name, column }), one.key, 'is made from');
  const waiting = [...found.keys()];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop())
    for (const { to, why } of next.get(key) ?? [])
      if (!found.has(to)) {
        const [, relation, column] = JSON.parse(key) as [string, string, string];
        found.set(to, { class: found.get(key)!.class, why: `${why} ${relation}.${column}` });
        waiting.push(to);
      }
}

function isKey(of: Catalog['tables'][number] | Catalog['views'][number], column: string): boolean {
  return (
    'constraints' in of &&
    of.constraints.some(
      ({ kind, columns }) => (kind === 'primary' || kind === 'foreign') && columns.includes(column),
    )
  );
}

function openKeys(catalog: Catalog): ReadonlySet<string> {
  return new Set(
    [...catalog.tables, ...catalog.views].flatMap((of) =>
      of.columns.flatMap(({ name: column, comment }) => {
        const word = readGovernance(comment).facts.class?.toLowerCase();
        return word !== undefined && open.has(word)
          ? [placeKey({ schema: of.schema, relation: of.name, column })]
          : [];
      }),
    ),
  );
}

function columnsOf(catalog: Catalog, key: string): readonly string[] {
  return (
    [...catalog.tables, ...catalog.views].find((of) => keyOf(of) === key)?.columns.map(({ name }) => name) ??
    []
  );
}
