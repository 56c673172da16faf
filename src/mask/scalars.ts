/** Values of a database's types as whole numbers and back, so that one map serves them all. */

/** A type whose values are numbers at heart; its values keep their order as numbers. */
export interface ScalarForm {
  readonly name: 'integer' | 'number' | 'date' | 'instant' | 'time' | 'network' | 'hardware';
  readonly least: bigint;
  readonly greatest: bigint;
  readonly grains: readonly bigint[];
  /** Substitutes lie anywhere within the limits: beginnings of addresses tell who somebody is. */
  readonly anywhere?: boolean;
  /** Undefined for what has no place among them, such as infinity. */
  read(text: string): bigint | undefined;
  /** The text of a number in the form of an original. */
  write(value: bigint, like: string): string;
}

const day = 86_400_000_000n;
const clock = [day, 3_600_000_000n, 60_000_000n, 1_000_000n, 1000n, 1n];

/** Decimals that numbers are kept with. */
const places = 12;
const unit = 10n ** BigInt(places);

/** Whole numbers of a type with so many bytes. */
export function integers(bytes: 2 | 4 | 8): ScalarForm {
  const greatest = 2n ** BigInt(bytes * 8 - 1) - 1n;
  return {
    name: 'integer',
    least: -greatest - 1n,
    greatest,
    grains: [1000n, 100n, 1n],
    read: (text) => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined),
    write: String,
  };
}

/** Numbers with decimals. */
export const decimals: ScalarForm = {
  name: 'number',
  least: -(10n ** 40n),
  greatest: 10n ** 40n,
  grains: [
    1000n * unit,
    100n * unit,
    ...Array.from({ length: places + 1 }, (_, at) => 10n ** BigInt(places - at)),
  ],
  read(text) {
    const found = /^\$?(-?)\$?([\d,]{1,30})(?:\.(\d{1,40}))?$/.exec(text);
    if (!found) return undefined;
    const value = BigInt(
      found[2]!.replaceAll(',', '') + (found[3] ?? '').slice(0, places).padEnd(places, '0'),
    );
    return found[1] === '-' ? -value : value;
  },
  write(value, like) {
    const count = Math.min(places, /\.(\d+)/.exec(like)?.[1]?.length ?? 0);
    const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
    const [whole, part] = [digits.slice(0, -places), digits.slice(-places)];
    const kept = part.replace(/0+$/, '').length > count ? part.replace(/0+$/, '') : part.slice(0, count);
    return `${value < 0n ? '-' : ''}${whole}${kept === '' ? '' : `.${kept}`}`;
  },
};

/** Points in time, microseconds since 1970. */
export const instants: ScalarForm = {
  name: 'instant',
  least: -59_926_608_000_000_000n,
  greatest: 253_370_764_800_000_000n,
  grains: clock,
  read(text) {
    const found =
      /^(\d{4,5})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?$/.exec(
        text,
      );
    if (!found) return undefined;
    const [
      ,
      year,
      month,
      date,
      hour = '0',
      minute = '0',
      second = '0',
      part = '',
      sign,
      hours = '0',
      minutes = '0',
    ] = found;
    const ms = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(date),
      Number(hour),
      Number(minute),
      Number(second),
    );
    const away = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    return Number.isNaN(ms)
      ? undefined
      : (BigInt(ms) - BigInt(away) * 60_000n) * 1000n + BigInt(part.padEnd(6, '0'));
  },
  write(value, like) {
    const micros = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n;
    const iso = new Date(Number((value - micros) / 1000n)).toISOString();
    // A day that is compared with moments may become a moment.
    if (!/\d:\d/.test(like) && value % day === 0n) return iso.slice(0, 10);
    const part = micros === 0n ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
    return `${iso.slice(0, 10)}${like[10] === 'T' ? 'T' : ' '}${iso.slice(11, 19)}${part}${like.endsWith('Z') ? 'Z' : /\d[+-]\d\d(?::?\d\d)?$/.test(like.slice(10)) ? '+00' : ''}`;
  },
};

/** Dates: days only, in the same measure. */
export const dates: ScalarForm = {
  ...instants,
  name: 'date',
  grains: [day],
  read(text) {
    const value = instants.read(text);
    return value === undefined ? undefined : value - (((value % day) + day) % day);
  },
  write: (value) => new Date(Number(value / 1000n)).toISOString().slice(0, 10),
};

/** Times of the day, microseconds. */
export const times: ScalarForm = {
  name: 'time',
  least: 0n,
  greatest: day - 1n,
  grains: clock.slice(1),
  read(text) {
    const found = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?/.exec(text);
    if (!found) return undefined;
    const seconds = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
    return BigInt(seconds) * 1_000_000n + BigInt((found[4] ?? '').padEnd(6, '0'));
  },
  write(value, like) {
    const micros = value % 1_000_000n;
    const text = new Date(Number(value / 1000n)).toISOString().slice(11, 19);
    return `${text}${micros === 0n ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`}${/[+-].*$/.exec(like)?.[0] ?? ''}`;
  },
};

/** Network addresses of version 4. */
export const networks4: ScalarForm = {
  name: 'network',
  // The block that is nobody's (RFC 1918).
  least: 0x0a00_0000n,
  greatest: 0x0aff_ffffn,
  grains: [1n],
  anywhere: true,
  read(text) {
    const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/\d+)?$/.exec(text);
    return four?.slice(1).reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  },
  write: (value, like) => [24n, 16n, 8n, 0n].map((bits) => (value >> bits) & 255n).join('.') + maskOf(like),
};

/** Network addresses of version 6. */
export const networks6: ScalarForm = {
  name: 'network',
  // Addresses of local networks (RFC 4193).
  least: 0xfdn << 120n,
  greatest: (0xfen << 120n) - 1n,
  grains: [1n],
  anywhere: true,
  read(text) {
    const [address = ''] = text.split('/');
    const [head, rest, ...more] = address.split('::');
    if (!/^[\da-f:]+$/i.test(address) || !address.includes(':') || more.length > 0) return undefined;
    const groups = (side: string | undefined): readonly string[] => (side ? side.split(':') : []);
    const [before, after] = [groups(head), groups(rest)];
    const zeros = 8 - before.length - after.length;
    if (zeros < 0 || (rest === undefined && zeros > 0)) return undefined;
    return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].reduce(
      (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
      0n,
    );
  },
  write: (value, like) =>
    Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - at * 16)) & 65_535n).toString(16)).join(
      ':',
    ) + maskOf(like),
};

function maskOf(like: string): string {
  return like.includes('/') ? like.slice(like.indexOf('/')) : '';
}

/** Hardware addresses. */
export const hardware: ScalarForm = {
  name: 'hardware',
  least: 0n,
  greatest: 2n ** 47n,
  grains: [1n],
  anywhere: true,
  read: (text) =>
    /^[\da-f]{2}(?::[\da-f]{2}){5,7}$/i.test(text) ? BigInt(`0x${text.replaceAll(':', '')}`) : undefined,
  write: (value, like) =>
    (value % 2n ** BigInt(like.split(':').length * 8))
      .toString(16)
      .padStart(like.split(':').length * 2, '0')
      .replaceAll(/(..)(?!$)/g, '$1:'),
};
