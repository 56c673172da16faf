/** Which mappers models are written for. */
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';
import { mappers } from './mappers/all.ts';
import type { Mapper } from './model.ts';

/** The named mappers, else those that a project depends on, else the plain driver; throws `usage.wrong-option` for a name that is none. */
export function chooseMappers(
  named: readonly string[] | undefined,
  packages: readonly string[],
): readonly Mapper[] {
  if (named !== undefined && named.length > 0) return [...new Set(named)].map(mapperOf);
  const found = mappers.filter((mapper) => mapper !== plain && packages.includes(mapper.packages[0]!));
  return found.length > 0 ? found : [plain];
}

const plain = mappers[0]!;

function mapperOf(name: string): Mapper {
  const found = mappers.find((mapper) => mapper.name === name.toLowerCase());
  if (found) return found;
  const names = mappers.map((mapper) => mapper.name);
  const near = nearest(name, names);
  return fail('usage.wrong-option', `There are no models for ${name}.`, {
    hint: near === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}
