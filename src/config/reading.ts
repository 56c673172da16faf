/** Reads `read` of a database: as whom rows are read, and how many. */
import { bytes, duration, lazy } from './amounts.ts';
import type { ReadConfig } from './model.ts';
import { valuesOf, type Node } from './yaml.ts';

const keys = ['url', 'rows', 'bytes', 'time'] as const;

/** What an answer is when nothing is said: some 16,000 tokens at most. */
export const readDefaults = { rows: 100, bytes: 64 * 1024, timeMs: 5_000 } as const;
/** Beyond these it is an export, which is another job. */
const most = { rows: 10_000, bytes: 1024 ** 2, timeMs: 60_000 } as const;

/** Reads the map; throws `config.invalid` for what is unknown, wrong, or beyond what an answer may be. */
export function readReading(node: Node): ReadConfig {
  const values = valuesOf(node, keys, '`read`');
  const url =
    values.get('url') ??
    node.refuse(
      '`read` needs a `url`.',
      'Write `read: { url: "${SHOP_READER_URL}" }`, with a role that can do nothing but read.',
    );
  const [rows, size, time] = [values.get('rows'), values.get('bytes'), values.get('time')];
  return {
    url: lazy(url),
    rows: rows === undefined ? readDefaults.rows : count(rows),
    bytes:
      size === undefined
        ? readDefaults.bytes
        : within(size, bytes(size, 'bytes', ''), 1024, most.bytes, '`bytes` must be from 1kB to 1MB.'),
    timeMs:
      time === undefined
        ? readDefaults.timeMs
        : within(time, duration(time, 'time'), 100, most.timeMs, '`time` must be from 100ms to 60s.'),
  };
}

function count(node: Node): number {
  const sentence = `\`rows\` must be a whole number from 1 to ${most.rows}.`;
  const value = node.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'number' && Number.isInteger(value)
    ? within(node, value, 1, most.rows, sentence)
    : node.refuse(sentence);
}

function within(node: Node, value: number, least: number, greatest: number, sentence: string): number {
  return value >= least && value <= greatest ? value : node.refuse(sentence);
}
