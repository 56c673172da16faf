/** Positions and segment files of the write-ahead log. */

/** Usual bytes of a segment. */
export const usualSegmentBytes = 16 * 1024 * 1024;

/** `16/B374D848` as a number. */
export function parseLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** A number as `16/B374D848`. */
export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
}

/** Name of the file that holds a position. */
export function segmentName(timeline: number, lsn: bigint, segmentBytes: number): string {
  const number = lsn / BigInt(segmentBytes);
  const perId = 0x100000000n / BigInt(segmentBytes);
  return [BigInt(timeline), number / perId, number % perId]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/** Timeline and first position of a segment's file; undefined when the name is not one. */
export function readSegmentName(
  name: string,
  segmentBytes: number,
): { readonly timeline: number; readonly start: bigint } | undefined {
  if (!/^[0-9A-F]{24}$/.test(name)) return undefined;
  const perId = 0x100000000n / BigInt(segmentBytes);
  const number = BigInt(`0x${name.slice(8, 16)}`) * perId + BigInt(`0x${name.slice(16)}`);
  return { timeline: Number.parseInt(name.slice(0, 8), 16), start: number * BigInt(segmentBytes) };
}

/** Names of the segments that hold the positions from `from` up to, and without, `to`. */
export function segmentsBetween(
  timeline: number,
  from: bigint,
  to: bigint,
  segmentBytes: number,
): readonly string[] {
  const size = BigInt(segmentBytes);
  const names: string[] = [];
  for (let at = (from / size) * size; at < to; at += size)
    names.push(segmentName(timeline, at, segmentBytes));
  return names;
}

/** Marks the first page of a segment, which has the long header. */
const longHeader = 0x0002;

/** What a segment's first page says of itself; undefined when it is no such page. Layout: XLogLongPageHeaderData of xlog_internal.h. */
export function segmentHeader(
  page: Buffer,
):
  | { readonly timeline: number; readonly start: bigint; readonly system: string; readonly bytes: number }
  | undefined {
  if (page.length < 40 || (page.readUInt16LE(2) & longHeader) === 0 || page.readUInt16LE(0) >> 8 !== 0xd1)
    return undefined;
  return {
    timeline: page.readUInt32LE(4),
    start: page.readBigUInt64LE(8),
    system: page.readBigUInt64LE(24).toString(),
    bytes: page.readUInt32LE(32),
  };
}
