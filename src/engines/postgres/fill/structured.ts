import type { Make, ValueRequest } from '../../../engine/model.ts';

/** Addresses. */
export function network(base: string): readonly Make[] {
  if (base.startsWith('macaddr'))
    return [(n) => `(lpad(to_hex(${n}), ${base === 'macaddr8' ? 16 : 12}, '0'))`];
  return [(n) => `${base === 'cidr' ? '' : ''}('10.0.0.0'::inet + (${n} % 16777216))`];
}

/** Ranges that never meet: in the order of the rows and within the time of the others, else before it. */
export function ranges(request: ValueRequest, base: string): readonly Make[] {
  if (base === 'tstzrange' || base === 'tsrange') {
    const type = base === 'tstzrange' ? 'timestamptz' : 'timestamp';
    const until = `${type} '${request.until.replaceAll("'", "''")}'`;
    const step = (request.windowDays * 86_400) / Math.max(1, request.rows + 1);
    const from = (n: string, windows: number): string =>
      `${until} - ((${request.rows} + 1 - ${n}) * ${step} + ${windows * request.windowDays * 86_400}) * interval '1 second'`;
    return [0, 2].map(
      (windows): Make =>
        (n) =>
          `${base}(${from(n, windows)}, ${from(n, windows)} + ${step / 2} * interval '1 second')`,
    );
  }
  const lower: Readonly<Record<string, (n: string, shift: number) => string>> = {
    int4range: (n, shift) => `(${n} * 10 + ${shift})::int`,
    int8range: (n, shift) => `(${n} * 10 + ${shift})`,
    numrange: (n, shift) => `(${n} * 10 + ${shift})::numeric`,
    daterange: (n, shift) => `date '2020-01-01' + ((${n} % 400000) * 5 + ${shift})::int`,
  };
  const edge = lower[base];
  // Ranges of different rows never meet, so that an exclusion over them holds.
  return edge ? [(n) => `${base}(${edge(n, 0)}, ${edge(n, 4)})`] : [() => `'empty'`];
}

/** Types without a family of their own; empty for unknown ones. */
export function others(request: ValueRequest, base: string): readonly Make[] {
  const known: Readonly<Record<string, Make>> = {
    tsvector: (n) => `to_tsvector('simple', 'amber river ' || ${n})`,
    tsquery: () => `to_tsquery('simple', 'amber')`,
    xml: (n) => `'<a>' || ${n} || '</a>'`,
    point: (n) => `point((${n} % 360) - 180, (${n} % 180) - 90)`,
    box: (n) => `box(point(${n}, 0), point(${n} + 1, 1))`,
    circle: (n) => `circle(point(${n} * 3, 0), 1)`,
    hstore: (n) => `'n=>' || ${n}`,
    ltree: (n) => `'top.' || ${n}`,
    pg_lsn: (n) => `'0/' || upper(to_hex(${n}))`,
    jsonpath: () => `'$.a'`,
  };
  const plainName = base
    .replaceAll(/\(.*?\)/g, '')
    .split('.')
    .at(-1)!
    .trim();
  const bits = /^bit(?: varying)?\((\d+)\)/.exec(base);
  if (bits) return [(n) => `${n}::bit(${bits[1]})`];
  if (plainName.endsWith('multirange')) return [() => `'{}'`];
  const parts = request.fact.attributes;
  if (parts.length > 0) return [() => `ROW(${parts.map((part) => `NULL::${part}`).join(',')})`];
  return known[plainName] ? [known[plainName]] : [];
}
