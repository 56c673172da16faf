import type { Command } from './command.ts';

/** A command as the list knows it: enough for `--help`, so that nothing heavy loads before it is needed. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order in which help shows them; a test compares name and summary with the declaration. */
export const all: readonly Listed[] = [
  {
    name: 'task',
    summary: 'Turn a task into a proven change: schema, migration, way back, indexes, evidence',
    load: async () => (await import('./task.ts')).task,
  },
  {
    name: 'publish',
    summary: 'Tell the task what became of it: one comment kept up to date, files, a link, a state',
    load: async () => (await import('./publish.ts')).publish,
  },
  {
    name: 'jira search',
    summary: 'List the issues of a JQL query: key, state, title',
    load: async () => (await import('./jira-search.ts')).jiraSearch,
  },
  {
    name: 'jira fake',
    summary: 'Serve a Jira of Markdown files on this machine, with any fault, to try tasks and publishing',
    load: async () => (await import('./jira-fake.ts')).jiraFake,
  },
  {
    name: 'draft',
    summary: 'Let a language model propose the block of a task in prose; the engine checks every proposal',
    load: async () => (await import('./draft.ts')).draft,
  },
  {
    name: 'schema',
    summary: 'Look at a structure: names, then a line for each table, then whole tables with neighbours',
    load: async () => (await import('./schema.ts')).schema,
  },
  {
    name: 'plan',
    summary: 'Plan the way from one structure to another, carry it out in a sandbox, and take it back',
    load: async () => (await import('./plan.ts')).plan,
  },
  {
    name: 'explain',
    summary: 'Read the plan of a statement as an expert would, and try every fix on a twin',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'drift',
    summary:
      'Compare a database with its folder, file or snapshot, and write the change that mends either side',
    load: async () => (await import('./drift.ts')).drift,
  },
  {
    name: 'rehearse',
    summary: 'Show what a migration does to locks, queries and data, on a twin',
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  {
    name: 'ci',
    summary: 'Rehearse what a branch adds to the database on its merge result, before it is merged',
    load: async () => (await import('./ci.ts')).ci,
  },
  {
    name: 'health',
    summary:
      'Say how a running database is: indexes, bloat, cleaning, sessions, replication, settings, rights',
    load: async () => (await import('./health.ts')).health,
  },
  {
    name: 'tune',
    summary: 'Choose indexes for a whole workload, build them on a twin, and advise what was measured',
    load: async () => (await import('./tune.ts')).tune,
  },
  {
    name: 'query',
    summary: 'Read a few rows of a database as a role that can do nothing else, private columns masked',
    load: async () => (await import('./query.ts')).query,
  },
  {
    name: 'preflight',
    summary: 'Ask a running database, read-only, whether its rows and sessions let a change through',
    load: async () => (await import('./preflight.ts')).preflight,
  },
  {
    name: 'migrate',
    summary: 'Carry out the open changes on a database: locks, backfills and history in good hands',
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'rollback',
    summary: 'Take the newest changes back on a database, by the ways back that were rehearsed',
    load: async () => (await import('./rollback.ts')).rollback,
  },
  {
    name: 'status',
    summary: 'Say what has run on a database, what is half done, what waits, and what to type next',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'verify',
    summary: 'Compare what the history, the files and the database itself say; observe who uses old shapes',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'baseline',
    summary: 'Note changes as done on a database that holds them already, without running them',
    load: async () => (await import('./baseline.ts')).baseline,
  },
  {
    name: 'repair',
    summary: 'Show what a run that was cut off has left, and settle it: half steps, edited files, drift',
    load: async () => (await import('./repair.ts')).repair,
  },
  {
    name: 'export',
    summary: 'Write changes in the form of Flyway, Liquibase, Sqitch, dbmate, goose, Prisma, Knex and others',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'import',
    summary: 'Take migrations of another tool over as change folders, statement by statement as written',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'confirm',
    summary: "Hold a deployed change against production's own figures, before and after",
    load: async () => (await import('./confirm.ts')).confirm,
  },
  {
    name: 'evidence keygen',
    summary: 'Make a pair of keys that sign and verify evidence, outside the repository',
    load: async () => (await import('./evidence-keygen.ts')).evidenceKeygen,
  },
  {
    name: 'evidence sign',
    summary: 'Sign what a rehearsal showed about a change, so that others can rely on it',
    load: async () => (await import('./evidence-sign.ts')).evidenceSign,
  },
  {
    name: 'evidence verify',
    summary: 'Verify that a change is the one whose evidence was signed, file by file',
    load: async () => (await import('./evidence-verify.ts')).evidenceVerify,
  },
  {
    name: 'snapshot',
    summary: "Capture a database's structure, statistics and workload in one file, without its rows",
    load: async () => (await import('./snapshot.ts')).snapshot,
  },
  {
    name: 'docs',
    summary: 'Write diagram and data dictionary of the current structure, or check that they are up to date',
    load: async () => (await import('./docs.ts')).docs,
  },
  {
    name: 'seed',
    summary: 'Make reference data and plausible rows that satisfy every constraint, as SQL or loaded',
    load: async () => (await import('./seed.ts')).seed,
  },
  {
    name: 'lint',
    summary: 'Say what migrations lock, read and write anew, from their text, and how nobody would wait',
    load: async () => (await import('./lint.ts')).lint,
  },
  {
    name: 'check',
    summary: "Check names, types, habits and governance of a structure against a team's standards",
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'models',
    summary:
      'Write models and typed access for Prisma, Drizzle, Sequelize, TypeORM, Kysely or pg, and run them',
    load: async () => (await import('./models.ts')).models,
  },
  {
    name: 'report',
    summary: 'Show a report again, in another format',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'twin',
    summary: 'Make a database from a snapshot that plans (hollow) or behaves (filled) as production does',
    load: async () => (await import('./twin.ts')).twin,
  },
  {
    name: 'twin stop',
    summary: 'End a twin, or all of them, and remove its data',
    load: async () => (await import('./twin-stop.ts')).twinStop,
  },
  {
    name: 'sandbox start',
    summary: 'Start a disposable PostgreSQL server and print its address',
    load: async () => (await import('./sandbox-start.ts')).sandboxStart,
  },
  {
    name: 'sandbox list',
    summary: 'List the running sandboxes',
    load: async () => (await import('./sandbox-list.ts')).sandboxList,
  },
  {
    name: 'sandbox stop',
    summary: 'End a sandbox and remove its data',
    load: async () => (await import('./sandbox-stop.ts')).sandboxStop,
  },
  {
    name: 'sandbox install',
    summary: 'Fetch the PostgreSQL server of another major version for sandboxes',
    load: async () => (await import('./sandbox-install.ts')).sandboxInstall,
  },
  {
    name: 'bench',
    summary: 'Load a twin, or a database of this machine, with named queries and measure latencies',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    name: 'backup',
    summary: 'Take a physical backup of a sandbox or a small server, every file checked',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'backup verify',
    summary: 'Read every byte of a backup and name each file that is wrong',
    load: async () => (await import('./backup-verify.ts')).backupVerify,
  },
  {
    name: 'restore',
    summary: 'Restore a backup into a new server, look at every page, and print its address',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'snapshot show',
    summary: 'Show what a snapshot holds: tables, indexes, workload, and each column whose values are inside',
    load: async () => (await import('./snapshot-show.ts')).snapshotShow,
  },
  {
    name: 'snapshot diff',
    summary: 'Compare two snapshots: structure, sizes, statistics, indexes, workload, settings, roles',
    load: async () => (await import('./snapshot-diff.ts')).snapshotDiff,
  },
  {
    name: 'doctor',
    summary: 'Check what this machine offers, and that an agent here holds no production credential',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'init',
    summary: 'Write the configuration of a project from what its folder tells, and files for agents',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'github fake',
    summary: 'Serve a made-up GitHub on this machine, to try tasks, comments and labels without an account',
    load: async () => (await import('./github-fake.ts')).githubFake,
  },
  {
    name: 'mcp',
    summary: 'Serve the commands to agents over MCP (standard input and output, or HTTP on this machine)',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'help',
    summary: 'Explain a command, an error code or the exit codes',
    load: async () => (await import('./help.ts')).help,
  },
];
