/** Bounded pieces of which the schema of a snapshot is made: nothing in a file may be longer, larger or more than here. */
import { z } from 'zod';

/** Characters of a definition or an array literal; the server's own limit for one value is far above what it keeps in statistics. */
const longest = 16 * 1024 * 1024;

const noNull = /^[^\0]*$/;

/** Text of any kind; no database text holds the character 0. */
export const text = z.string().max(longest).regex(noNull, 'holds the character 0');

/** Text of one line that people wrote or read: a type, a reason. */
export const line = z.string().max(65_536).regex(noNull, 'holds the character 0');

/** An identifier; 63 bytes in PostgreSQL, more where a server was built so. */
export const word = z.string().min(1).max(256).regex(noNull, 'holds the character 0');

/** ISO time with its zone. */
export const instant = z
  .string()
  .max(64)
  .regex(
    /^\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d(?::?\d\d){0,2})$/,
    'is no ISO time',
  );

/** A share of a whole. */
export const share = z.number().min(0).max(1);

/** How many of something; counters of a server go to 2^63. */
export const count = z.number().min(0).max(1e19);

/** Milliseconds, added up over years. */
export const milliseconds = z.number().min(0).max(1e15);

/** A list of at most so many. */
export function list<T extends z.ZodType>(item: T, most = 1_000_000) {
  return z.array(item).max(most).readonly();
}

/** An object with these keys and no others. */
export function shape<T extends z.ZodRawShape>(parts: T) {
  return z.strictObject(parts).readonly();
}

/** Numbers under names. */
export const numbers = z
  .record(z.string().max(256), z.number())
  .refine((value) => Object.keys(value).length <= 1000, 'has more than 1,000 entries')
  .readonly();

/** Parts of every name within a schema. */
export const named = { schema: word, name: word };
/** A name within a schema. */
export const name = shape(named);
