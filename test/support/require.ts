/**
 * Whether a test that needs `what` can run. A missing thing is said in one line; with `DBD_REQUIRE_ALL=1` it is a failure instead of a skip.
 * Use as `test.skipIf(!need(existsSync(psql), 'psql: apt install postgresql-client'))`.
 */
export function need(present: boolean, what: string): boolean {
  if (present) return true;
  if (process.env.DBD_REQUIRE_ALL === '1') throw new Error(`Missing for the tests: ${what}`);
  process.stderr.write(`skipped, missing: ${what}\n`);
  return false;
}
