/** Which programs reach a database, and what they do there. */

/** Clients: name, and whether they only read. */
const clients = new Set([
  'psql',
  'pgcli',
  'pg_restore',
  'pg_dump',
  'pg_dumpall',
  'createdb',
  'usql',
  'pgbench',
]);
/** Programs that do nothing but destroy. */
const destroyers = new Set(['dropdb', 'dropuser']);

/** Migration tools: first words after the wrappers, and words among the rest that make them write. */
const tools = [
  ['prisma', /^(?:migrate (?:deploy|dev|reset|resolve)|db (?:push|execute|seed))/],
  ['knex', /^(?:migrate:(?!list|status|make)|seed:run)/],
  ['sequelize', /^db:(?:migrate|seed|drop|create)(?!:status)/],
  ['sequelize-cli', /^db:(?:migrate|seed|drop|create)(?!:status)/],
  ['typeorm', /(?:^|\s)(?:migration:(?:run|revert)|schema:(?:sync|drop))/],
  ['typeorm-ts-node-esm', /(?:^|\s)(?:migration:(?:run|revert)|schema:(?:sync|drop))/],
  ['typeorm-ts-node-commonjs', /(?:^|\s)(?:migration:(?:run|revert)|schema:(?:sync|drop))/],
  ['drizzle-kit', /^(?:push|migrate)/],
  ['node-pg-migrate', /(?:^|\s)(?:up|down|redo)(?:\s|$)/],
  ['mikro-orm', /^(?:migration:(?:up|down|fresh)|schema:(?:update|drop|fresh))/],
  ['flyway', /(?:^|\s)(?:migrate|clean|undo|repair|baseline)(?:\s|$)/],
  ['liquibase', /(?:^|\s)(?:update|rollback|drop-all|dropall|changelog-sync)/i],
  ['sqitch', /^(?:deploy|revert|rebase)/],
  ['dbmate', /(?:^|\s)(?:up|migrate|down|rollback|drop|load)(?:\s|$)/],
  ['goose', /(?:^|\s)(?:up|up-to|up-by-one|down|down-to|redo|reset)(?:\s|$)/],
  ['migrate', /(?:^|\s)(?:up|down|drop|force|goto)(?:\s|$)/],
  ['atlas', /^(?:migrate (?:apply|down|set)|schema (?:apply|clean))/],
  ['alembic', /(?:^|\s)(?:upgrade|downgrade|stamp)(?:\s|$)/],
  ['supabase', /^(?:db (?:push|reset)|migration (?:up|down|repair))/],
  ['rails', /^db:(?!version|migrate:status)/],
  ['rake', /^db:(?!version|migrate:status)/],
  ['manage.py', /^(?:migrate|flush|sqlflush)/],
  ['django-admin', /^(?:migrate|flush)/],
  ['dbd', /^(?:migrate(?!.*--dry-run)|rollback|repair|baseline)/],
  ['database-developer', /^(?:migrate(?!.*--dry-run)|rollback|repair|baseline)/],
];

/** What of it takes data away. */
const destroying =
  /(?:^|[\s:])(?:reset|drop|drop-all|dropall|clean|flush|fresh|purge)(?:\s|$)|--accept-data-loss|--force-reset/i;

/** Words that stand before a program and start it. */
const wrappers = new Set([
  'sudo',
  'env',
  'time',
  'nohup',
  'exec',
  'command',
  'nice',
  'npx',
  'bunx',
  'pnpx',
  'dlx',
  'xargs',
  'dotenv',
  'doppler',
  'op',
  'bundle',
  'poetry',
  'uv',
  'python',
  'python3',
  'node',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'run',
  'docker',
  'podman',
  'compose',
  'kubectl',
  'ssh',
  'heroku',
  'fly',
  'flyctl',
  'railway',
  'timeout',
  'then',
  'do',
]);
const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'eval']);

/** What a simple command starts: `{ program, does }` with `reads or writes`, `migrates` or `destroys`; nothing when it reaches no database. */
export function databaseProgram(words) {
  const bare = words.slice(words.findIndex((word) => !isAssignment(word)));
  if (isRehearsal(bare)) return undefined;
  const within = wrappers.has(nameOf(bare[0])) ? bare.length : 1;
  for (const [at, word] of bare.slice(0, within).entries()) {
    const program = nameOf(word);
    if (destroyers.has(program)) return { program, does: 'destroys' };
    if (clients.has(program)) return { program, does: 'reads or writes' };
    const tool = tools.find(([known]) => known === program);
    const said = withoutOptions(bare.slice(at + 1));
    if (tool?.[1].test(said)) return { program, does: destroying.test(said) ? 'destroys' : 'migrates' };
  }
  return undefined;
}

/** Texts within the command that a shell will run: `bash -c "…"`, and commands for another machine. */
export function shellTexts(words) {
  const at = words.findIndex((word) => shells.has(nameOf(word)));
  if (at < 0) return [];
  if (nameOf(words[at]) === 'eval') return [words.slice(at + 1).join(' ')];
  const flag = words.findIndex((word, place) => place > at && /^-[a-z]*c$/.test(word));
  return flag < 0 || words[flag + 1] === undefined ? [] : [words[flag + 1]];
}

/** Name of the package script that a command runs, `npm run migrate`. */
export function packageScript(words) {
  const bare = words.filter((word) => !isAssignment(word) && !word.startsWith('-'));
  if (!['npm', 'pnpm', 'yarn', 'bun'].includes(nameOf(bare[0]))) return undefined;
  return bare[1] === 'run' || bare[1] === 'run-script' ? bare[2] : bare[1];
}

/** Statements that take data away, and what they are called. */
const destructive = [
  [/\bdrop\s+(?:database|schema|table|column|role|owned|materialized|view)\b/i, 'a DROP'],
  [/\btruncate\b/i, 'a TRUNCATE'],
  [/\bdelete\s+from\s+[\w."]+\s*(?:;|$|["'])/i, 'a DELETE of all rows'],
];

/** What a text of SQL takes away, as words; undefined when nothing stands out. */
export function destruction(text) {
  const bare = text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return destructive.find(([pattern]) => pattern.test(bare))?.[1];
}

/** `dbd rehearse -- …` points the tool behind it at a twin. */
function isRehearsal(words) {
  const at = words.findIndex((word) => ['dbd', 'database-developer'].includes(nameOf(word)));
  return (
    at >= 0 &&
    words[at + 1] === 'rehearse' &&
    words.slice(0, at).every((word) => word.startsWith('-') || wrappers.has(word))
  );
}

/** The words as one text, without the options in front. */
function withoutOptions(words) {
  return words.join(' ').replace(/^(?:-\S+\s+)+/, '');
}

function isAssignment(word) {
  return /^[A-Za-z_]\w*=/.test(word);
}

function nameOf(word = '') {
  return word
    .split('/')
    .at(-1)
    .replace(/@[^@]*$/, '')
    .replace(/\.(?:exe|cmd)$/i, '');
}
