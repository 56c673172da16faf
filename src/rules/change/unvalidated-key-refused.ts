import type { ChangeRule } from './model.ts';

/** A NOT VALID foreign key of a partitioned table before PostgreSQL 18. */
export const unvalidatedKeyRefused: ChangeRule = {
  id: 'unvalidated-key-refused',
  group: 'locks',
  severity: 'error',
  finds: 'A NOT VALID foreign key of a partitioned table before PostgreSQL 18',
  because: 'the server refuses it there',
  instead: 'Add the foreign key to each partition, NOT VALID and validated, then to the whole.',
  check: (at) =>
    at.facts.known.includes('alter-table/add-foreign-key-partitioned-not-valid') && at.major < 18
      ? [{ message: `PostgreSQL ${at.major} refuses a NOT VALID foreign key of a partitioned table.` }]
      : [],
};
