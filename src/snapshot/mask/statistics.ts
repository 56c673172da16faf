/** Statistics and probes with every value of a masked column replaced; shares, widths and numbers stay as they are. */
import { keyOf } from '../../catalog/identity.ts';
import type { ColumnStatistics, ExtendedStatistics, Snapshot } from '../../engine/model.ts';
import { readArray, writeArray, type Item } from '../../base/array-literal.ts';
import { extendedParts, indexesOf } from './carried.ts';
import { indexPlace, placeKey } from './links.ts';
import { replaced, translated, type Domain, type Leaves } from './domain.ts';

/** Statistics without the values that could not be replaced. */
export interface MaskedStatistics extends Pick<Snapshot, 'columns' | 'extended' | 'probes'> {
  /** Keys of places whose values had to go. */
  readonly dropped: ReadonlySet<string>;
}

type Figures = ExtendedStatistics['expressions'][number];

/** Replaces values where a key has a domain. */
export function maskStatistics(
  snapshot: Snapshot,
  domainOf: (key: string) => Domain | undefined,
  leaves: Leaves,
): MaskedStatistics {
  const indexes = indexesOf(snapshot.catalog);
  const dropped = new Set<string>();
  const keyed = (one: ColumnStatistics): string => {
    const index = indexes.get(keyOf({ schema: one.schema, name: one.relation }));
    return index ? indexPlace(index.index, one.position) : placeKey(one);
  };
  const figures = <T extends Figures>(one: T, key: string): T => {
    const domain = domainOf(key);
    if (!domain) return one;
    const made = maskFigures(one, domain, leaves);
    if (made) return made;
    dropped.add(key);
    return withoutValues(one);
  };
  return {
    columns: snapshot.columns.map((one) => figures(one, keyed(one))),
    extended: snapshot.extended.map((one) => {
      const parts = extendedParts(snapshot.catalog, one);
      const keys = parts.map((part) =>
        part.kind === 'column'
          ? placeKey({ schema: one.table.schema, relation: one.table.name, column: part.column })
          : placeKey({ schema: one.schema, relation: one.name, column: part.expression }),
      );
      const domains = keys.map(domainOf);
      const plain = parts.filter(({ kind }) => kind === 'column').length;
      const { common, ...rest } = one;
      const rows = common?.values.map((row) =>
        row.map((value, at) => {
          const domain = domains[at];
          return value === null || !domain ? value : translated(domain, value, leaves, true);
        }),
      );
      const whole = rows?.every((row) => row.every((value) => value !== undefined));
      if (rows && !whole) for (const [at, key] of keys.entries()) if (domains[at]) dropped.add(key);
      return {
        ...rest,
        ...(common && whole
          ? { common: { ...common, values: rows as readonly (readonly (string | null)[])[] } }
          : {}),
        expressions: one.expressions.map((each, at) => figures(each, keys[plain + at] ?? '')),
      };
    }),
    probes: maskProbes(snapshot, domainOf, leaves, dropped),
    dropped,
  };
}

function maskProbes(
  { probes }: Snapshot,
  domainOf: (key: string) => Domain | undefined,
  leaves: Leaves,
  dropped: Set<string>,
): Snapshot['probes'] {
  const at = (of: {
    readonly table: { readonly schema: string; readonly name: string };
    readonly column: string;
  }): string => placeKey({ schema: of.table.schema, relation: of.table.name, column: of.column });
  return {
    ...probes,
    prefixes: probes.prefixes.map((one) => {
      const domain = domainOf(at(one));
      if (!domain) return one;
      if (domain.kind === 'text')
        return { ...one, common: one.common.map((each) => ({ ...each, prefix: leaves.text(each.prefix) })) };
      dropped.add(at(one));
      return { ...one, common: [] };
    }),
    ends: probes.ends.flatMap((one) => {
      const domain = domainOf(at(one));
      if (!domain) return [one];
      const [least, greatest] = [one.least, one.greatest].map((value) =>
        translated(domain, value, leaves, true),
      );
      if (least !== undefined && greatest !== undefined) return [{ ...one, least, greatest }];
      dropped.add(at(one));
      return [];
    }),
  };
}

/** Figures with other values; undefined when a value cannot be replaced. */
function maskFigures<T extends Figures>(one: T, domain: Domain, leaves: Leaves): T | undefined {
  const element: Domain = domain.kind === 'array' ? domain.of : domain;
  const made = {
    commonValues: listed(domain, one.commonValues, leaves),
    histogram: listed(domain, one.histogram, leaves),
    commonElements: listed(element, one.commonElements, leaves),
    rangeBounds: listed(domain, one.rangeBounds, leaves),
  };
  if (Object.values(made).includes(null)) return undefined;
  const values = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
  const whole = { ...one, ...values } as T;
  return domain.kind === 'words' ? wordsInOrder(whole) : whole;
}

/** Undefined without a literal, null when a value of it cannot be replaced. */
function listed(domain: Domain, literal: string | undefined, leaves: Leaves): string | null | undefined {
  if (literal === undefined) return undefined;
  const items = readArray(literal);
  const made = items && replaced(domain, items, leaves, true);
  return made ? writeArray(made) : null;
}

/** The server looks words up by their bytes' number first and then by their bytes. */
function wordsInOrder<T extends Figures>(one: T): T {
  const words = one.commonElements === undefined ? undefined : readArray(one.commonElements);
  if (!words) return one;
  const bytes = words.map((word) => Buffer.from(typeof word === 'string' ? word : ''));
  const order = words
    .map((_, at) => at)
    .toSorted((a, b) => bytes[a]!.length - bytes[b]!.length || bytes[a]!.compare(bytes[b]!));
  return reordered(one, order);
}

/** Elements, with their frequencies, in another order. */
function reordered<T extends Figures>(one: T, order: readonly number[]): T {
  const words = readArray(one.commonElements!)!;
  const frequencies = one.elementFrequencies ?? [];
  return {
    ...one,
    commonElements: writeArray(order.map((at): Item => words[at]!)),
    ...(one.elementFrequencies
      ? { elementFrequencies: [...order.map((at) => frequencies[at]!), ...frequencies.slice(words.length)] }
      : {}),
  };
}

function withoutValues<T extends Figures>(one: T): T {
  const {
    commonValues: _values,
    commonFrequencies: _frequencies,
    histogram: _histogram,
    commonElements: _elements,
    elementFrequencies: _elementFrequencies,
    rangeBounds: _bounds,
    ...rest
  } = one;
  return rest as T;
}
