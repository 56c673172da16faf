/** Names that a program may use, from names that a database may have. */
import { hash } from '../base/hash.ts';

/** The words of any name: `"Order.Líne"` → order, line; letters beyond ASCII that have no plain form are left out. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/['’]/g, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** `orderLine` of any words; a name without a plain letter becomes `name` and digits of its hash, one that begins with a digit gets an `n`. */
export function camel(name: string): string {
  const words = wordsOf(name);
  const joined = words.map((word, at) => (at === 0 ? word : capital(word))).join('');
  if (joined === '') return `name${hash(name).slice(0, 6)}`;
  return /^\d/.test(joined) ? `n${joined}` : joined;
}

/** `OrderLine` of any words. */
export function pascal(name: string): string {
  return capital(camel(name));
}

/** The first letter written large. */
export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `summary` of `summaries`; words that do not look like a plural stay. */
export function singular(word: string): string {
  if (/[^aeiou]ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|x|z|ss)es$/i.test(word)) return word.slice(0, -2);
  return /[^su]s$/i.test(word) && !/is$/i.test(word) ? word.slice(0, -1) : word;
}

/** `summaries` of `summary`. */
export function plural(word: string): string {
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:ch|sh|x|z|s)$/i.test(word) ? `${word}es` : `${word}s`;
}

/** Hands out names once: a second `user` becomes `user2`; reserved ones get a suffix. */
export function namer(reserved: ReadonlySet<string>, suffix: string): { take(wanted: string): string } {
  const taken = new Set<string>();
  return {
    take: (wanted) => {
      const base = reserved.has(wanted) ? `${wanted}${suffix}` : wanted;
      let name = base;
      for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}${n}`;
      taken.add(name.toLowerCase());
      return name;
    },
  };
}

/** Property names that mean something else to a language or a mapper: promises, prototypes, methods of active records. */
export const reservedProperties: ReadonlySet<string> = new Set(
  `constructor prototype then catch finally toString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toJSON
  save update destroy remove reload restore increment decrement equals changed previous validate where get set getDataValue setDataValue
  isNewRecord dataValues sequelize hasId softRemove recover isSoftDeleted include omit select data orderBy distinct AND OR NOT`.split(
    /\s+/,
  ),
);

/** Type names of the language, of its runtime and of the mappers' own imports. */
export const reservedTypes: ReadonlySet<string> = new Set(
  `Array BigInt Boolean Buffer Date Error Function JSON Json Map Math Number Object Promise Proxy Record Reflect RegExp Set String Symbol
  Uint8Array Model Models Op Sequelize DataTypes DataSource EntitySchema EntityManager BaseEntity Kysely Transaction Generated Selectable
  Insertable Updateable Database Db Specification Operator Kind Pool PoolClient Prisma PrismaClient PrismaPg Decimal Sql Column Columns Page Connection
  Partial Required Readonly Pick Omit Exclude Extract NonNullable Awaited Statement Result Row Rows Unit Query Enum`.split(
    /\s+/,
  ),
);
