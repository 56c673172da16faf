import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** Passwords that can be read. */
export const readablePassword: HealthRule = {
  id: 'readable-password',
  group: 'rights',
  severity: 'error',
  finds: 'Passwords that seem to be kept as they were typed',
  because: 'whoever reads a backup, a log or a replica has them, and people use them elsewhere',
  instead: 'Keep a slow salted hash such as Argon2id or bcrypt, which has 60 characters or more.',
  threshold:
    'A text named like a password whose values are shorter than 30 bytes on average: no hash in use is.',
  needs: ['statistics'],
  find: ({ structure: { tables, types }, statistics }) =>
    tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) => {
        const counted = statistics(table, name);
        return types.family(type) === 'text' &&
          /^(?:[a-z]+_)?(?:password|passwd|pwd|passphrase)(?:_?plain|_?text)?$/i.test(name) &&
          counted &&
          counted.nullFraction < 1 &&
          counted.averageWidth < 30 &&
          // The same word everywhere is a switch or a placeholder.
          counted.distinct !== 1
          ? [
              {
                object: `${printName(table)}.${name}`,
                message: `Values of ${name} are ${counted.averageWidth} bytes long on average, shorter than any hash.`,
              },
            ]
          : [];
      }),
    ),
};
