/** Repositories with a base, a branch beside it, and the check between the two. */
import { run } from '../../src/commands/run.ts';
import type { Report } from '../../src/report/model.ts';
import { scratch, type Scratch } from '../branch/ground.ts';
import { testDatabase } from '../support/database.ts';

const open: Scratch[] = [];

/** Removes all repositories. */
export function clear(): void {
  open.splice(0).forEach((one) => one.remove());
}

export const users =
  'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);\n';
export const flyway = 'src/main/resources/db/migration';

/** A repository whose base has one migration, with a branch `work` checked out. */
export function project(
  files: Readonly<Record<string, string>> = { [`${flyway}/V1__users.sql`]: users },
): Scratch {
  const made = scratch();
  open.push(made);
  made.commit('base', files);
  made.git('checkout', '--quiet', '-b', 'work');
  return made;
}

/** On one server for all tests of a file. */
export const check = async (
  at: Scratch,
  more: object = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Report> => {
  server ??= (await testDatabase()).adminUrl;
  return run(
    'ci',
    { base: 'main', quick: true, rows: 500, sandbox: server, ...more },
    { cwd: at.folder, env: { ...process.env, ...at.env, ...env } },
  );
};
let server: string | undefined;

export const found = ({ findings }: Report): readonly string[] =>
  findings.map(({ rule, span }) => `${rule} ${span?.file}:${span?.line}`);
export const verdicts = ({ claims }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]));
