import type { Kind, Side, Sides } from '../model.ts';
import { rowsOf } from './facts.ts';

/** Conversions between types that the server knows, read to tell when a change of type needs to be told how. */
export const conversions: Kind<never> = {
  kind: 'conversion between types',
  query: () => `
    SELECT pg_catalog.format_type(castsource, NULL) AS source, pg_catalog.format_type(casttarget, NULL) AS target, castcontext::text AS context, NULL AS base
    FROM pg_catalog.pg_cast
    UNION ALL SELECT pg_catalog.format_type(oid, NULL), NULL, typtype::text, pg_catalog.format_type(nullif(typbasetype, 0), NULL)
    FROM pg_catalog.pg_type WHERE oid >= 16384 AND typtype IN ('d', 'e')`,
  list: () => [],
  make: () => [],
  drop: () => [],
  alter: () => [],
};

interface Row {
  readonly source: string;
  readonly target: string | null;
  /** `i` implicit, `a` in assignments, `e` explicit; of a type its sort. */
  readonly context: string;
  readonly base: string | null;
}

interface Conversions {
  readonly casts: ReadonlyMap<string, string>;
  readonly bases: ReadonlyMap<string, string>;
}

const known = new WeakMap<Side, Conversions>();

function conversionsOf(side: Side): Conversions {
  const found = known.get(side);
  if (found) return found;
  const rows = rowsOf<Row>(side, 'conversion between types');
  const made = {
    casts: new Map(
      rows.flatMap(({ source, target, context }) =>
        target === null ? [] : [[`${source} → ${target}`, context] as const],
      ),
    ),
    bases: new Map(rows.flatMap(({ source, base }) => (base === null ? [] : [[source, base] as const]))),
  };
  known.set(side, made);
  return made;
}

const texts = new Set(['text', 'character varying', 'character', 'name', '"char"', 'citext']);

/** The type without its length or precision: `character varying(20)` → `character varying`. */
export function bareType(type: string): string {
  const bare = type.replace(/^(interval)[^[]*/, '$1').replace(/\(\d[\d,-]*\)/, '');
  return bare.replaceAll(/\s+/g, ' ').trim();
}

function isArray(type: string): boolean {
  return type.endsWith('[]');
}

function baseOf(type: string, conversions: Conversions): string {
  const bare = bareType(type);
  const base = conversions.bases.get(bare);
  return base === undefined ? bare : baseOf(base, conversions);
}

/** How values of one type become values of another: undefined when an assignment does it, otherwise the expression behind USING. */
export function conversion(
  value: string,
  before: string,
  after: string,
  { from, to }: Sides,
): string | undefined {
  const [old, next] = [conversionsOf(from), conversionsOf(to)];
  const [source, target] = [baseOf(before, old), baseOf(after, next)];
  const context = (a: string, b: string): string | undefined =>
    a === b ? 'i' : (old.casts.get(`${a} → ${b}`) ?? next.casts.get(`${a} → ${b}`));
  if (isArray(source) && isArray(target)) {
    const found = context(source.slice(0, -2), target.slice(0, -2));
    if (found === 'i' || found === 'a' || texts.has(target.slice(0, -2))) return undefined;
    return found === 'e' || texts.has(source.slice(0, -2))
      ? `${value}::${after}`
      : `${value}::text[]::${after}`;
  }
  const found = context(source, target);
  if (found === 'i' || found === 'a' || texts.has(target)) return undefined;
  if (isArray(target) && !isArray(source)) {
    const single = conversion(value, before, after.slice(0, -2), { from, to });
    return `CASE WHEN ${value} IS NOT NULL THEN ARRAY[${single ?? value}]::${after} END`;
  }
  return found === 'e' || texts.has(source) ? `${value}::${after}` : `${value}::text::${after}`;
}

const families: readonly ReadonlySet<string>[] = [
  new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']),
  new Set(['text', 'character varying', 'character']),
  new Set(['timestamp without time zone', 'timestamp with time zone', 'date']),
  new Set(['json', 'jsonb']),
];

/** Whether values, comparisons and indexes of the one work with the other as they are. */
export function sameFamily(before: string, after: string, { from, to }: Sides): boolean {
  const [source, target] = [baseOf(before, conversionsOf(from)), baseOf(after, conversionsOf(to))];
  return source === target || families.some((family) => family.has(source) && family.has(target));
}

const widths: Readonly<Record<string, number>> = { smallint: 1, integer: 2, bigint: 3 };

/** What may be lost or refused when values change their type; undefined when every value fits. */
export function narrowing(before: string, after: string, sides: Sides): string | undefined {
  const [source, target] = [bareType(before), bareType(after)];
  if (source === target) {
    const [was, is] = [sizes(before), sizes(after)];
    if (is.length === 0) return undefined;
    const scale = (is[1] ?? 0) >= (was[1] ?? 0);
    const room = is[0]! - (is[1] ?? 0) >= (was[0] ?? Number.POSITIVE_INFINITY) - (was[1] ?? 0);
    return scale && room ? undefined : `values that do not fit ${after}`;
  }
  if (widths[source] !== undefined && widths[target] !== undefined)
    return widths[source] > widths[target] ? `values that do not fit ${after}` : undefined;
  if (texts.has(target) && sizes(after).length === 0) return undefined;
  if (widths[source] !== undefined && (target === 'numeric' || target === 'double precision'))
    return undefined;
  if (sameFamily(before, after, sides) && texts.has(source) && texts.has(target))
    return narrowing(before.replace(source, target), after, sides);
  return `values that are no ${after}`;
}

function sizes(type: string): readonly number[] {
  return (/\((\d[\d,]*)\)/.exec(type)?.[1] ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map(Number);
}
