/** Faults of single versions that a change may meet, as the release notes of the version that mended them tell. */
export function versionWarnings(serverVersion: number): readonly string[] {
  // Release notes of 14.4: CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY could miss rows that were updated meanwhile.
  return serverVersion >= 140_000 && serverVersion < 140_004
    ? [
        'PostgreSQL 14.0 to 14.3 builds indexes concurrently that miss rows: update to 14.4 or later first, or build without CONCURRENTLY.',
      ]
    : [];
}
