/** Access patterns as queries that a workload can hold. */
import type { Access, Rate } from '../../task/model.ts';
import type { NamedQuery, ParameterSource } from '../../workload/model.ts';

/** Rate of a pattern whose rate is unknown or absent; shown as an assumption. */
const assumedRate: Rate = { perSecond: 1, peakPerSecond: 1 };

/** A pattern as a query that values can be drawn for. */
export function namedQuery(access: Access): NamedQuery {
  return {
    name: access.id,
    sql: access.sql ?? '',
    rate: rateOf(access),
    params: sourcesOf(access),
    ...(access.p95 === undefined ? {} : { p95: access.p95 }),
  };
}

/** Rate of a pattern, or the assumed one. */
export function rateOf({ rate }: Access): Rate {
  return rate.kind === 'unknown' ? assumedRate : rate.value;
}

/** Values that the task gives for parameters. */
export function sourcesOf({ params }: Access): Readonly<Record<string, ParameterSource>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, values]) => [name, { kind: 'values', values }]),
  );
}
