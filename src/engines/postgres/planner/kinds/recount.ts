import type { Sequence } from '../../../../catalog/model.ts';
import { full, text } from '../../structure/making.ts';
import { sequenceOptions } from '../../structure/types.ts';

/** Statements that make a sequence count in another way; where it stands outside of its new range it starts anew. `type` is told where it may be. */
export function recounted(before: Sequence, after: Sequence, type = ''): readonly string[] {
  const wanted = sequenceOptions(after);
  if (before.type === after.type && sequenceOptions(before) === wanted) return [];
  const alter = `ALTER SEQUENCE ${full(after)}`;
  const last = `${alter} ${before.type === after.type ? '' : type}${wanted}${after.cycle ? '' : ' NO CYCLE'}`;
  const [low, high] = [BigInt(after.minimum), BigInt(after.maximum)];
  const [oldLow, oldHigh] = [BigInt(before.minimum), BigInt(before.maximum)];
  if (low <= oldLow && high >= oldHigh) return [last];
  const wide = `MINVALUE ${low < oldLow ? low : oldLow} MAXVALUE ${high > oldHigh ? high : oldHigh}`;
  return [
    ...(low >= oldLow && high <= oldHigh
      ? []
      : [`${alter} ${type === '' || before.type === 'bigint' ? '' : 'AS bigint '}${wide}`]),
    `SELECT pg_catalog.setval(${text(full(after))}, ${after.start}, false) FROM ${full(after)} WHERE last_value NOT BETWEEN ${low} AND ${high}`,
    `${alter} ${before.type === after.type && (type === '' || before.type === 'bigint') ? '' : type}${wanted}${after.cycle ? '' : ' NO CYCLE'}`,
  ];
}
