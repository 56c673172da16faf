import type { HealthRule } from './model.ts';

/** Settings that lose data, and the value that each must have. */
const must: Readonly<Record<string, readonly [value: string, why: string]>> = {
  fsync: ['on', 'a crash of the machine corrupts the database'],
  full_page_writes: ['on', 'a page that was half written at a crash stays so'],
  autovacuum: ['on', 'tables grow, and numbers of transactions run out'],
  track_counts: ['on', 'autovacuum does not know what to do'],
  zero_damaged_pages: ['off', 'damaged pages are emptied without a word'],
  ignore_checksum_failure: ['off', 'damaged pages are read as if they were right'],
};

/** A setting that loses data. */
export const riskySetting: HealthRule = {
  id: 'risky-setting',
  group: 'server',
  severity: 'error',
  finds: 'A setting that loses data or lets the server run down',
  because: 'it was switched for a load or a test, and stayed',
  instead: 'Give it back its default.',
  threshold:
    'Any of fsync, full_page_writes, autovacuum, track_counts, zero_damaged_pages and ignore_checksum_failure.',
  needs: ['settings'],
  find: ({ server, sql }) =>
    server!.settings.flatMap(({ name, value }) => {
      const [wanted, why] = must[name] ?? [];
      return wanted === undefined || value === wanted
        ? []
        : [{ object: `setting ${name}`, message: `${name} is ${value}: ${why}.`, fix: sql.setting(name) }];
    }),
};
