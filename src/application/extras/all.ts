import { fail } from '../../base/error.ts';
import { nearest } from '../../base/text.ts';
import type { CodeFile, Models } from '../model.ts';
import { openapiFiles } from './openapi.ts';
import { serviceFiles } from './http.ts';
import { zodFiles } from './zod.ts';

/** What can be written beside the models of a mapper, on request. */
export const extras: readonly {
  readonly name: string;
  readonly what: string;
  readonly files: (models: Models, title: string) => readonly CodeFile[];
}[] = [
  { name: 'zod', what: 'schemas that check rows before the database does', files: zodFiles },
  { name: 'openapi', what: 'tables and access patterns as OpenAPI 3.1', files: openapiFiles },
  { name: 'service', what: 'a data service over HTTP that any language can call', files: serviceFiles },
];

/** Throws `usage.wrong-option` for a name that is no extra. */
export function checkExtras(names: readonly string[]): void {
  const known = extras.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    fail('usage.wrong-option', `--also does not know ${name}.`, {
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${known.join(', ')}.`,
    });
  }
}

/** Files of the named extras; the service serves its own description, so that comes along. Throws `usage.wrong-option`. */
export function extraFiles(names: readonly string[], models: Models, title: string): readonly CodeFile[] {
  checkExtras(names);
  return extras
    .filter(({ name }) => names.includes(name) || (name === 'openapi' && names.includes('service')))
    .flatMap(({ files }) => files(models, title));
}
