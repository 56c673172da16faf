// Values between PostgreSQL and TypeScript. Decimals, days, times and intervals stay text, so that nothing is rounded or moved.
// Written by dbd from the catalog and the task; a later run overwrites it.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A value as text that the server reads as the type it has found for the parameter. */
export function encode(kind: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (kind.endsWith('[]')) return encodeArray(kind.slice(0, -2), value as readonly unknown[]);
  if (kind === 'json') return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return '\\x' + Buffer.from(value).toString('hex');
  return String(value);
}

function encodeArray(kind: string, values: readonly unknown[]): string {
  const items = values.map((value) => {
    const text = encode(kind, value);
    return text === null ? 'NULL' : '"' + text.replaceAll('\\', '\\\\').replaceAll('"', '\\"') + '"';
  });
  return '{' + items.join(',') + '}';
}

/** A value as the types promise it, from whatever the driver made of it. */
export function decode(kind: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind.endsWith('[]')) {
    const items = typeof value === 'string' ? splitArray(value) : (value as readonly unknown[]);
    return items.map((item) => decode(kind.slice(0, -2), item));
  }
  switch (kind) {
    case 'bigint':
      return BigInt(String(value));
    case 'integer':
    case 'float':
      return Number(value);
    case 'boolean':
      return value === true || value === 't' || value === 'true';
    case 'instant':
      return value instanceof Date ? value : new Date(isoOf(String(value)));
    case 'json':
      return JSON.parse(String(value)) as Json;
    case 'bytes':
      return value instanceof Uint8Array ? value : Buffer.from(String(value).replace(/^\\x/, ''), 'hex');
    case 'date':
      return value instanceof Date ? dayOf(value) : String(value);
    case 'time':
      return value instanceof Date ? timeOf(value) : String(value);
    case 'local-instant':
      return value instanceof Date ? dayOf(value) + ' ' + timeOf(value) : String(value);
    case 'decimal':
      return typeof value === 'object' && 'toFixed' in value ? (value as { toFixed(): string }).toFixed() : String(value);
    case 'interval':
      return hasText(value) ? value.toPostgres() : String(value);
    default:
      return String(value);
  }
}

// `<time>` as the language reads it: three digits of a second, a zone with minutes.
function isoOf(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

function dayOf(value: Date): string {
  return [value.getFullYear(), value.getMonth() + 1, value.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function timeOf(value: Date): string {
  const whole = [value.getHours(), value.getMinutes(), value.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  const part = value.getMilliseconds();
  return part === 0 ? whole : whole + '.' + String(part).padStart(3, '0').replace(/0+$/, '');
}

function hasText(value: unknown): value is { toPostgres(): string } {
  return typeof value === 'object' && value !== null && 'toPostgres' in value;
}

function splitArray(text: string): readonly (string | null)[] {
  const items: (string | null)[] = [];
  for (const [, quoted, bare] of text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/g))
    items.push(quoted === undefined ? (bare === 'NULL' ? null : (bare ?? '')) : quoted.replaceAll(/\\(.)/g, '$1'));
  return items;
}
