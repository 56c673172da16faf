/** The first `dbd.config.yaml` of a project, with a comment for each key. */
import type { Found } from './detect.ts';

/** Text of the file; what was found is filled in, everything else stands as a comment to take. */
export function starterConfig(found: Found): string {
  const current = currentOf(found);
  const [workload] = found.workloads;
  return [
    '# What dbd knows about this project. Paths are relative to this file; `${NAME}` takes a value from the environment.',
    '',
    '# The structure that exists today: a SQL file, a folder of SQL files, a database that is only read, a snapshot of it, or none.',
    `current: ${current}`,
    ...alternatives(found, current).map((line) => `# current: ${line}`),
    '',
    '# Named queries of the running application, with their rates; they run beside a rehearsal and show whom it stops.',
    workload === undefined ? '# workload: workload.queries.sql' : `workload: ${workload}`,
    '',
    '# What `dbd snapshot -o prod.dbds` captured, instead of `current`: structure, sizes, queries and rates of production.',
    '# snapshot: prod.dbds',
    '',
    '# The folder that keeps what `dbd task` writes, one folder for each task.',
    '# changes: changes',
    '',
    '# The mappers that models and typed access are written for; without it, those of package.json.',
    '# models: prisma, kysely',
    '',
    "# Where changes are rehearsed, unless the bundled server is right: a folder with a server's binaries, or a URL.",
    '# sandbox: /usr/lib/postgresql/16/bin',
    '',
    '# Where values of a column follow a rule that no statistics tell: SQL over n, the number of the row from 1.',
    '# generators: { public.orders.code: "\'C-\' || n" }',
    '',
    '# Where `dbd KAN-29` finds its task; nothing is asked of it before a key is given.',
    '# jira: { site: https://acme.atlassian.net, email: you@acme.com, token: "${JIRA_TOKEN}" }',
    '',
    '# What the team expects of names, types and habits; `dbd check --rules` lists what is asked without it.',
    '# standards: { case: snake, required_columns: [created_at], rules: { missing-comment: error, serial-key: off } }',
    '',
  ].join('\n');
}

/** The value that `current` gets: a structure file, else the database of the environment, else nothing. */
export function currentOf({ structures, urls }: Found): string {
  return structures[0] ?? (urls.includes('environment') ? '${DATABASE_URL}' : 'none');
}

function alternatives({ structures, urls, migrations }: Found, chosen: string): readonly string[] {
  const notes = [
    ...structures,
    // A folder is read as plain SQL in the order of its names, which fits migrations written in SQL only.
    ...migrations.map((folder) => `${folder}   # if its files are plain SQL, in the order of their names`),
    `\${DATABASE_URL}${urls.includes('environment') ? '' : urls.length > 0 ? `   # set in ${urls[0]}; export it before you call dbd` : '   # when the variable is set'}`,
  ];
  return notes.filter((note) => note !== chosen);
}
