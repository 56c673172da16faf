import type { BetweenRequest } from '../../../engine/model.ts';
import { listOf, quoted as quote, type Spot } from './lists.ts';

/** Texts that begin as the bound before them does and end in a number of their own, written in the letters that the bounds use at this place. */
export function textBetween(request: BetweenRequest, spot: Spot): string {
  const { fact, bounds, count, index } = request;
  const numbered = endingInNumbers(request, spot);
  if (numbered !== undefined) return numbered;
  const limit = Number(/\((\d+)\)/.exec(fact.base)?.[1] ?? (fact.base === 'character' ? 1 : Infinity));
  const suffix = commonSuffix(bounds);
  const bodies = bounds.map((bound) => Array.from(bound.slice(0, bound.length - suffix.length)));
  const kind = kindOf(bodies, count);
  const size = sizeOf(kind, count);
  const room = Math.max(0, limit - size - suffix.length);
  const heads = bodies
    .slice(0, -1)
    .map((body) => (body.length > size ? body.slice(0, body.length - size) : body).slice(0, room).join(''));
  const code =
    kind === 'digits'
      ? `lpad((${index})::text, ${size}, '0')`
      : kind === 'hex'
        ? `lpad(to_hex((${index})::bigint), ${size}, '0')`
        : `translate(lpad(to_hex((${index})::bigint), ${size}, '0'), '0123456789', 'ghijklmnop')`;
  const end = suffix === '' ? '' : ` || ${quote(suffix)}`;
  return `${listOf(heads, 'text')}[1 + ${spot.bucket}] || ${code}${end}`;
}

/** Texts whose last digits count up from the bound's own: `AX-0017`; undefined where bounds do not all end in as many digits. */
function endingInNumbers({ bounds, count, index, bind }: BetweenRequest, spot: Spot): string | undefined {
  const parts = bounds.map((bound) => /^(.*?\D)(\d{2,15})$/s.exec(bound));
  const size = parts[0]?.[2]!.length;
  if (size === undefined || !parts.every((part) => part?.[2]!.length === size)) return undefined;
  const buckets = bounds.length - 1;
  const each = Math.ceil(count / buckets);
  const room = 10 ** size;
  if (each >= room) return undefined;
  const numbers = parts.map((part) => Number(part![2]));
  const steps = parts.slice(0, -1).map((part, i) => {
    const next = parts[i + 1]![1] === part![1] ? numbers[i + 1]! : room;
    return Math.max(1, Math.floor((next - numbers[i]!) / each));
  });
  const at = (values: readonly number[]): string =>
    `${listOf(values.map(String), 'bigint')}[1 + ${spot.bucket}]`;
  const first = `ceil(${spot.bucket} * ${(count - 1) / buckets}::float8)::bigint`;
  const number = bind(
    `(${at(numbers.slice(0, -1))} + greatest(0, (${index}) - ${first}) * ${at(steps)}) % ${room}`,
  );
  const heads = parts.slice(0, -1).map((part) => part![1]!);
  return `${listOf(heads, 'text')}[1 + ${spot.bucket}] || lpad((${number})::text, ${size}, '0')`;
}

type Kind = 'digits' | 'hex' | 'letters';

function sizeOf(kind: Kind, count: number): number {
  return Math.max(0, count - 1).toString(kind === 'digits' ? 10 : 16).length;
}

/** What the bounds are made of where the number will stand. */
function kindOf(bodies: readonly (readonly string[])[], count: number): Kind {
  const ends = bodies.map((body) => body.slice(-sizeOf('hex', count)).join(''));
  const share = (pattern: RegExp): number => ends.filter((end) => pattern.test(end)).length / ends.length;
  if (share(/^\d+$/) > 0.9) return 'digits';
  return share(/^[0-9a-f]+$/) > 0.9 ? 'hex' : 'letters';
}

/** What all bounds end in, from a character that is no letter or digit on: `@example.com`. */
function commonSuffix(bounds: readonly string[]): string {
  let suffix = bounds[0] ?? '';
  for (const bound of bounds) {
    while (!bound.endsWith(suffix)) suffix = suffix.slice(1);
    if (suffix.length >= bound.length) suffix = suffix.slice(suffix.length - bound.length + 1);
  }
  const start = suffix.search(/[^\p{L}\p{N}]/u);
  return start < 0 || suffix.length < 2 ? '' : suffix.slice(start);
}

/** Hexadecimal digits of a bound that decide its order here. */
const leading = 12;

function leadBetween(heads: readonly string[], spot: Spot): string {
  const list = listOf(
    heads.map((head) => String(Number.parseInt(head.padEnd(leading, '0').slice(0, leading), 16))),
    'bigint',
  );
  const low = `${list}[1 + ${spot.bucket}]`;
  const high = `${list}[2 + ${spot.bucket}]`;
  return `lpad(to_hex(${low} + ((${high} - ${low}) * ${spot.part})::bigint), ${leading}, '0')`;
}

/** Identifiers in the order of their first 48 bits, of the version that all bounds have. */
export function uuidBetween(request: BetweenRequest, spot: Spot): string {
  const heads = request.bounds.map((bound) => bound.replaceAll('-', ''));
  const versions = new Set(heads.map((head) => head[12]));
  const random = request.bind(`md5((${request.index})::text || ${quote(String(request.seed))})`);
  const version = versions.size === 1 ? quote([...versions][0]!) : `substr(${random}, 20, 1)`;
  return `(${leadBetween(heads, spot)} || ${version} || substr(${random}, 1, 3) || 'a' || substr(${random}, 4, 15))::uuid`;
}

/** Bytes in the order of the first six, as long as the bounds are on average. */
export function bytesBetween(request: BetweenRequest, spot: Spot): string {
  const heads = request.bounds.map((bound) => bound.replace(/^\\x/, ''));
  const length = Math.max(
    leading,
    2 * Math.round(heads.reduce((sum, head) => sum + head.length, 0) / heads.length / 2),
  );
  const random = `repeat(md5((${request.index})::text || ${quote(String(request.seed))}), ${Math.ceil(length / 32)})`;
  return `decode(${leadBetween(heads, spot)} || left(${random}, ${length - leading}), 'hex')`;
}

/** The bound's own document in which one member, a number or a text, is the value's number. */
export function jsonBetween(request: BetweenRequest, spot: Spot): string {
  const { bounds, index } = request;
  const key = changing(bounds);
  const list = `${listOf(bounds, 'jsonb')}[1 + ${spot.bucket}]`;
  return `${list} || jsonb_build_object(${quote(key)}, ${index})`;
}

/** The member of documents that has the most different values. */
function changing(bounds: readonly string[]): string {
  const seen = new Map<string, Set<string>>();
  for (const bound of bounds) {
    for (const [key, value] of Object.entries(membersOf(bound))) {
      if (typeof value === 'number') (seen.get(key) ?? seen.set(key, new Set()).get(key)!).add(String(value));
    }
  }
  return [...seen].toSorted((a, b) => b[1].size - a[1].size)[0]?.[0] ?? 'n';
}

function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
