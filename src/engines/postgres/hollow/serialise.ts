/** Statistics over several columns in the bytes that PostgreSQL 14 to 18 store on machines whose low bytes come first. */

/** `STATS_NDISTINCT_MAGIC`, `STATS_DEPS_MAGIC`, `STATS_MCV_MAGIC`; each of version 1. */
const magic = { distinct: 0xa3_52_bf_a4, dependencies: 0xb4_54_9a_2c, common: 0xe1_a6_51_c2 } as const;
const version = 1;

/** What the planner multiplies a length up to. */
const alignment = 8;

/** Number of distinct groups per set of columns: `{"1, 2": 1000}`; expressions have negative numbers. Undefined when the text is something else. */
export function distinctBytes(text: string): Buffer | undefined {
  const items = entries(text, /^\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*$/);
  if (!items) return undefined;
  return Buffer.concat([
    head(magic.distinct, items.length),
    ...items.flatMap(({ keys: [columns = ''], value }) => {
      const numbers = numbersOf(columns);
      const count = Buffer.alloc(4);
      count.writeInt32LE(numbers.length);
      return [double(value), count, ...numbers.map(int16)];
    }),
  ]);
}

/** Degrees of functional dependencies: `{"1 => 2": 0.5, "1, 2 => 3": 1.000000}`. Undefined when the text is something else. */
export function dependencyBytes(text: string): Buffer | undefined {
  const items = entries(text, /^\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*=>\s*(-?\d+)\s*$/);
  if (!items) return undefined;
  return Buffer.concat([
    head(magic.dependencies, items.length),
    ...items.flatMap(({ keys, value }) => {
      const numbers = keys.flatMap(numbersOf);
      return [double(value), int16(numbers.length), ...numbers.map(int16)];
    }),
  ]);
}

/** One column or expression of a list of common combinations. */
export interface Dimension {
  /** Oid of its type, and how the type is stored: `typlen`, `typbyval`. */
  readonly type: number;
  readonly length: number;
  readonly byValue: boolean;
  /** Stored bytes of each row's value, without a length header; undefined for null. */
  readonly values: readonly (Buffer | undefined)[];
}

/** Common combinations of values; dimensions are columns by number, then expressions, each with a value per row. */
export function commonBytes(
  dimensions: readonly Dimension[],
  frequencies: readonly number[],
  baseFrequencies: readonly number[],
): Buffer {
  const distinct = dimensions.map((dimension) => new Places(dimension));
  const types = Buffer.alloc(2 + 4 * dimensions.length);
  types.writeInt16LE(dimensions.length);
  dimensions.forEach(({ type }, i) => types.writeUInt32LE(type, 2 + 4 * i));
  const items = frequencies.map((frequency, row) => {
    const nulls = Buffer.from(dimensions.map(({ values }) => (values[row] === undefined ? 1 : 0)));
    const places = dimensions.map(({ values }, i) => {
      const place = Buffer.alloc(2);
      const value = values[row];
      place.writeUInt16LE(value === undefined ? 0 : distinct[i]!.placeOf(value));
      return place;
    });
    return Buffer.concat([nulls, double(frequency), double(baseFrequencies[row] ?? 0), ...places]);
  });
  return Buffer.concat([
    head(magic.common, frequencies.length),
    types,
    ...distinct.map((one) => one.information()),
    ...distinct.flatMap((one) => one.bytes()),
    ...items,
  ]);
}

/** Different values of a dimension, which rows point at. */
class Places {
  readonly #dimension: Dimension;
  readonly #places = new Map<string, number>();
  readonly #values: Buffer[] = [];

  constructor(dimension: Dimension) {
    this.#dimension = dimension;
    for (const value of dimension.values)
      if (value && !this.#places.has(value.toString('latin1'))) {
        this.#places.set(value.toString('latin1'), this.#values.length);
        this.#values.push(value);
      }
  }

  placeOf(value: Buffer): number {
    return this.#places.get(value.toString('latin1'))!;
  }

  /** `DimensionInfo`: number of values, their bytes here and in memory, how the type is stored. */
  information(): Buffer {
    const { length, byValue } = this.#dimension;
    const inMemory = byValue
      ? 0
      : this.#values.reduce(
          (sum, value) => sum + aligned(length === -1 ? 4 + value.length : value.length),
          0,
        );
    const information = Buffer.alloc(20);
    information.writeInt32LE(this.#values.length);
    information.writeInt32LE(
      this.bytes().reduce((sum, { length: bytes }) => sum + bytes, 0),
      4,
    );
    information.writeInt32LE(inMemory, 8);
    information.writeInt32LE(length, 12);
    information.writeUInt8(byValue ? 1 : 0, 16);
    return information;
  }

  bytes(): readonly Buffer[] {
    if (this.#dimension.length > 0) return this.#values;
    return this.#values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return [length, value];
    });
  }
}

function head(kind: number, items: number): Buffer {
  const bytes = Buffer.alloc(12);
  [kind, version, items].forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16LE(value);
  return bytes;
}

function numbersOf(text: string): readonly number[] {
  return text.split(',').map(Number);
}

function aligned(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function entries(
  text: string,
  form: RegExp,
): readonly { readonly keys: readonly string[]; readonly value: number }[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const items = Object.entries(parsed).map(([key, value]) => ({
    keys: form.exec(key)?.slice(1) ?? [],
    value: value as unknown,
  }));
  return items.length > 0 &&
    items.every(({ keys, value }) => keys.length > 0 && typeof value === 'number' && Number.isFinite(value))
    ? (items as readonly { readonly keys: readonly string[]; readonly value: number }[])
    : undefined;
}
