import type { Kind } from '../model.ts';

/** Superusers of a side: what belongs to one of them belongs to whoever runs the change. */
export const superusers: Kind<never> = {
  kind: 'superuser',
  query: () => 'SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE rolsuper',
  list: () => [],
  make: () => [],
  drop: () => [],
  alter: () => [],
};
