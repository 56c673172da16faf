import type { HealthRule } from './model.ts';

/** Texts are sorted by other rules than when indexes were built. */
export const changedCollation: HealthRule = {
  id: 'changed-collation',
  group: 'server',
  severity: 'warning',
  finds: 'Texts that are sorted by other rules than when their indexes were built',
  because: 'a search in such an index misses rows that are there, and a unique index takes values twice',
  instead: 'Build the indexes over texts anew before the next write, then take the new version over.',
  threshold: 'Any difference between the version that was noted and the one that the library has now.',
  needs: ['locales'],
  find: ({ server, snapshot, sql }) =>
    server!.locales
      .filter(({ stored, actual }) => stored !== actual)
      .map(({ what, stored, actual, refresh }) => ({
        object: what,
        message: `Texts of ${what} were sorted by version ${stored}, and are by ${actual} now.`,
        fix: `${sql.rebuildDatabase(snapshot.source.database)};\n${refresh}`,
      })),
};
