/** Values of different mappers in one form. */

/** A whole number of 64 bits as the mapper holds it. */
export function wide(mapper: string, value: number): unknown {
  return mapper === 'sequelize' || mapper === 'typeorm' ? String(value) : BigInt(value);
}

/** Prisma's decimals do not keep zeros at the end. */
export function trimmed(
  mapper: string,
  row: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const trim = (value: unknown): unknown =>
    typeof value === 'string' && /^\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value;
  return mapper === 'prisma'
    ? Object.fromEntries(Object.entries(row).map(([name, value]) => [name, trim(value)]))
    : row;
}

/** Days as text, but for the mapper that makes instants of them. */
export function day(mapper: string, text: string): unknown {
  return mapper === 'prisma' ? new Date(`${text}T00:00:00Z`) : text;
}

/** A statement that the server answers with this state. */
export function raise(state: string): string {
  return `DO $do$ BEGIN RAISE EXCEPTION 'wanted' USING ERRCODE = '${state}'; END $do$`;
}

/** Values as the server writes them, so that forms of different drivers compare. */
export function asText(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Date ||
      (name.endsWith('_at') && typeof value === 'string') ||
      (name === 'day' && value !== null)
        ? new Date(
            value instanceof Date ? value : textOf(value).replace(' ', 'T').replace(/\+00$/, 'Z'),
          ).toISOString()
        : value instanceof Uint8Array
          ? `\\x${Buffer.from(value).toString('hex')}`
          : name === 'patience'
            ? intervalOf(textOf(value))
            : typeof value === 'object'
              ? JSON.stringify(value)
              : textOf(value),
    ]),
  );
}

/** Drivers write the parts of an interval in different orders. */
export function intervalOf(text: string): string {
  const parts = text.replace(/0?0:05:00/, '5 minutes').match(/\d+ \w+/g) ?? [];
  return parts.toSorted().join(' ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value as number | bigint | boolean | null);
}
