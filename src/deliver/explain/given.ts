/** Values that the user gave for parameters. */
import { fail } from '../../base/error.ts';

/** One value per parameter, null for the word NULL; undefined when none was given. Throws `usage.wrong-option` when some are missing, or belong to no parameter. */
export function givenSet(
  names: readonly string[],
  given: Readonly<Record<string, string>>,
): readonly (string | null)[] | undefined {
  if (Object.keys(given).length === 0) return undefined;
  for (const name of Object.keys(given))
    if (!names.includes(name))
      fail('usage.wrong-option', `--value ${name}: the statement has no such parameter.`, {
        hint: names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`,
      });
  const missing = names.filter((name) => !(name in given));
  if (missing.length > 0)
    fail('usage.wrong-option', `--value is missing for ${missing.join(', ')}.`, {
      hint: 'Give all values or none: they are drawn together.',
    });
  return names.map((name) => (given[name] === 'NULL' ? null : given[name]!));
}
