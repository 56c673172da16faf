/** Values that only a type itself holds, and hardly a narrower one. */

/** A text that fills the type to its brim; undefined where a type has no brim to speak of. */
export function widestValue(type: string, n: number): string | undefined {
  const plain = type.trim().toLowerCase();
  const [, length] = /^(?:character varying|varchar|character|char)\((\d+)\)$/.exec(plain) ?? [];
  if (length !== undefined) return filled(Number(length), n);
  const [, precision, scale] = /^(?:numeric|decimal)\((\d+)(?:,\s*(\d+))?\)$/.exec(plain) ?? [];
  if (precision !== undefined) {
    const after = Number(scale ?? 0);
    const before = Number(precision) - after;
    return `${before > 0 ? '9'.repeat(before) : '0'}${after > 0 ? `.${'9'.repeat(after)}` : ''}`;
  }
  if (/^(?:text|character varying|varchar|citext)$/.test(plain)) return filled(longText, n);
  if (/^(?:bigint|int8)$/.test(plain)) return String(9_000_000_000_000_000n + BigInt(n));
  if (/^(?:integer|int|int4)$/.test(plain)) return String(2_000_000_000 + n);
  if (/^(?:numeric|decimal)$/.test(plain)) return `${'9'.repeat(25)}.${'9'.repeat(10)}`;
  return undefined;
}

/** Longer than any length limit that is usual. */
const longText = 2000;

function filled(length: number, n: number): string {
  const end = String(n);
  return length <= end.length ? end.slice(-length) : `${'w'.repeat(length - end.length)}${end}`;
}
