/** Values that hide others: the same value and key always give the same mask, and no mask gives the value back. */
import { createHmac } from 'node:crypto';
import type { MaskKind } from './model.ts';
import { plainWords, firstNames, lastNames, streets } from './words.ts';

/** Bytes drawn from a value and a key; equal draws for equal values, so that masked tables still join. */
interface Draw {
  /** A whole number in [0, below). */
  below(below: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** The mask of a value as text; null stays null. Numbers and dates keep their shape, texts what programs rely on: a domain, a prefix, a length. */
export function maskValue(kind: MaskKind, value: string | null, key: string): string | null {
  if (value === null || kind === 'null') return null;
  if (value === '') return '';
  // Of finitely many masks one may be the value itself; the next draw then stands in.
  for (let turn = 0; turn < 8; turn++) {
    const masked = maskers[kind](value, drawFrom(key, kind, value, turn));
    if (masked !== value) return masked;
  }
  return null;
}

/**
 * The mask of a number or date that keeps the order of values: a shift that grows with the value. Order is information: it hides what a value is, not which of two is greater.
 */
export function maskOrdered(kind: 'number' | 'date', value: string, key: string): string {
  const draw = drawFrom(key, 'ordered', kind, 0);
  if (kind === 'date') {
    const { day, rest } = splitDate(value);
    if (day === undefined) return maskValue('date', value, key) ?? '';
    return `${isoDay(day + (1 + draw.below(3650)) * 86_400_000)}${rest}`;
  }
  const number = Number(value);
  if (!Number.isFinite(number)) return maskValue('number', value, key) ?? '';
  const decimals = value.split('.')[1]?.length ?? 0;
  const factor = 1.05 + draw.below(900) / 1000;
  const shift = 1 + draw.below(1000);
  // A factor above one never brings two different values of the same precision together.
  return (number * factor + shift).toFixed(decimals);
}

function drawFrom(key: string, kind: string, value: string, turn: number): Draw {
  const bytes = createHmac('sha256', key).update(`${kind}\0${turn}\0`).update(value).digest();
  let at = 0;
  const next = (): number => {
    const byte = bytes[at % bytes.length]!;
    at += 1;
    return byte;
  };
  return {
    below(below) {
      let number = 0;
      for (let i = 0; i < 6; i++) number = number * 256 + next();
      return number % Math.max(1, below);
    },
    hex: (digits) =>
      createHmac('sha256', key).update(bytes).digest('hex').padEnd(digits, '0').slice(0, digits),
  };
}

type Masker = (value: string, draw: Draw) => string;

const from = (list: readonly string[], draw: Draw): string => list[draw.below(list.length)]!;

/** Letters and digits replaced by others of their kind; everything else, and the length, stays. */
const sameShape: Masker = (value, draw) =>
  Array.from(value)
    .map((letter) => {
      if (/\p{Nd}/u.test(letter)) return String(draw.below(10));
      if (/\p{Lu}/u.test(letter)) return String.fromCodePoint(65 + draw.below(26));
      return /\p{L}/u.test(letter) ? String.fromCodePoint(97 + draw.below(26)) : letter;
    })
    .join('');

const digitsOnly: Masker = (value, draw) => value.replaceAll(/\p{Nd}/gu, () => String(draw.below(10)));

const maskers: Readonly<Record<Exclude<MaskKind, 'null'>, Masker>> = {
  email: (_, draw) =>
    `${from(firstNames, draw)}.${from(lastNames, draw)}.${draw.hex(6)}@example.com`.toLowerCase(),
  name: (value, draw) =>
    /\s/.test(value.trim()) ? `${from(firstNames, draw)} ${from(lastNames, draw)}` : from(lastNames, draw),
  // 555-01xx is kept free for fiction; other forms keep their first digits' shape only.
  phone: (value, draw) =>
    /^\+?1?[\s(.-]*\d{3}[\s).-]*\d{3}[\s.-]*\d{4}$/.test(value)
      ? `+1 ${200 + draw.below(700)} 555 ${String(100 + draw.below(100)).padStart(4, '0')}`
      : value.replaceAll(/\p{Nd}/gu, (_digit, at: number) => (at < 2 ? '0' : String(draw.below(10)))),
  address: (value, draw) =>
    /^\d[\d\s-]*$/.test(value) ? digitsOnly(value, draw) : `${1 + draw.below(199)} ${from(streets, draw)}`,
  date: (value, draw) => {
    const { day, rest } = splitDate(value);
    return day === undefined
      ? '1970-01-01'
      : `${isoDay(day + (1 + draw.below(728)) * 86_400_000 - 365 * 86_400_000)}${rest}`;
  },
  number: (value, draw) => {
    const first = value.search(/[1-9]/);
    return value.replaceAll(/\d/g, (_digit, at: number) =>
      String(at === first ? 1 + draw.below(9) : draw.below(10)),
    );
  },
  text: (value, draw) => {
    const wanted = Array.from(value).length;
    let text = '';
    while (text.length < wanted) text += `${text === '' ? '' : ' '}${from(plainWords, draw).toLowerCase()}`;
    return text.slice(0, wanted).trimEnd() || sameShape(value, draw);
  },
  hash: (_, draw) => draw.hex(64),
  last4: (value, draw) => {
    const letters = Array.from(value);
    const hidden = letters.slice(0, -4).map((letter) => (/[\p{L}\p{Nd}]/u.test(letter) ? '*' : letter));
    return letters.length <= 4 ? sameShape(value, draw) : [...hidden, ...letters.slice(-4)].join('');
  },
  uuid: (_, draw) => {
    const hex = draw.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  },
  // Networks that are kept free for documentation.
  ip: (value, draw) =>
    value.includes(':')
      ? `2001:db8::${draw.hex(4)}:${draw.hex(8).slice(4)}`
      : `${['192.0.2', '198.51.100', '203.0.113'][draw.below(3)]!}.${1 + draw.below(254)}`,
  iban: (value, draw) => {
    const country = /^[A-Za-z]{2}/.exec(value)?.[0].toUpperCase() ?? 'DE';
    const length = Math.max(5, value.replaceAll(/\s/g, '').length) - 4;
    const account = Array.from({ length }, () => draw.below(10)).join('');
    return `${country}${checkDigits(country, account)}${account}`;
  },
  url: (_, draw) => `https://example.com/${draw.hex(10)}`,
};

/** ISO 13616: the remainder by 97 of the number that letters spell with A = 10. */
function checkDigits(country: string, account: string): string {
  const spelled = Array.from(`${account}${country}00`, (letter) => Number.parseInt(letter, 36)).join('');
  let rest = 0;
  for (const digit of spelled) rest = (rest * 10 + Number(digit)) % 97;
  return String(98 - rest).padStart(2, '0');
}

/** Day of an ISO text as milliseconds, and what follows it; no day for anything else. */
function splitDate(value: string): { readonly day: number | undefined; readonly rest: string } {
  const found = /^(\d{4}-\d{2}-\d{2})(.*)$/s.exec(value);
  const day = found ? Date.parse(`${found[1]!}T00:00:00Z`) : Number.NaN;
  return { day: Number.isNaN(day) ? undefined : day, rest: found?.[2] ?? '' };
}

function isoDay(ms: number): string {
  return new Date(Math.min(ms, Date.parse('9999-12-31T00:00:00Z'))).toISOString().slice(0, 10);
}
