import { sameName } from '../../../catalog/identity.ts';
import type { Name, Type } from '../../../catalog/model.ts';
import { printName } from '../../../catalog/identity.ts';
import { catalogOf, type Look } from './look.ts';

/** Whether values of a domain have to fulfil anything. */
export function hasCheck(domain: Type): boolean {
  return /\bcheck\b|\bnot null\b/i.test(domain.definition);
}

/** Tables with a column of the domain, or of an array of it. */
export function usersOf(look: Look, domain: Name): readonly Name[] {
  const names = new Set([
    printName(domain),
    ...(domain.schema === 'public' ? [domain.name, printName(domain).slice('public.'.length)] : []),
  ]);
  const { tables, types } = catalogOf(look.context);
  // A domain over the domain carries its checks along.
  for (const type of types)
    if (
      type.kind === 'domain' &&
      type.base !== undefined &&
      names.has(type.base) &&
      !sameName(type, domain)
    ) {
      names.add(printName(type));
      if (type.schema === 'public') names.add(type.name);
    }
  return tables.flatMap(({ schema, name, columns, kind }) =>
    kind !== 'foreign' && columns.some(({ type }) => names.has(type.replace(/(?:\[\])+$/, '')))
      ? [{ schema, name }]
      : [],
  );
}
