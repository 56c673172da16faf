/** Every error code of the product: what it means and which exit code it leads to. */
import type { CodeEntry } from './code.ts';
import { codesBetweenProducts } from './codes-between-products.ts';

/** Exit codes of the process, by outcome. */
export const exitCodes = {
  clean: 0,
  negative: 1,
  usage: 2,
  environment: 3,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** The table of codes; a code that is not here does not compile. */
export const codes = {
  'internal.bug': {
    exit: 'bug',
    explain: 'Something in dbd itself went wrong. Please report the command and the text of the error.',
  },
  'usage.unknown-command': {
    exit: 'usage',
    explain: 'The command does not exist. `dbd help` lists all of them.',
  },
  'usage.wrong-option': {
    exit: 'usage',
    explain: 'An option is unknown, is missing its value, or has a value of the wrong form.',
  },
  'usage.missing-input': {
    exit: 'usage',
    explain: 'A file, a task or a command that the verb needs was not given.',
  },
  'file.missing': { exit: 'usage', explain: 'The named file or folder does not exist.' },
  'file.unreadable': {
    exit: 'usage',
    explain: 'The file exists but cannot be read, is too large, or is not text.',
  },
  'file.exists': { exit: 'usage', explain: 'The file to write is there already and would be overwritten.' },
  'file.unwritable': {
    exit: 'environment',
    explain: 'The output could not be written: the disk is full, or the folder is read-only.',
  },
  'task.empty': { exit: 'usage', explain: 'The task has no text.' },
  'task.too-large': {
    exit: 'usage',
    explain: 'The task is larger than 1 MiB; a task is a description, not data.',
  },
  'task.not-text': { exit: 'usage', explain: 'The task is not UTF-8 text.' },
  'task.two-blocks': {
    exit: 'usage',
    explain: 'A task holds at most one fenced block whose first key is `dbd: 1`.',
  },
  'task.yaml': { exit: 'usage', explain: 'The block is not valid YAML 1.2.' },
  'task.unknown-key': { exit: 'usage', explain: 'The block has a key that dbd does not know.' },
  'task.wrong-value': { exit: 'usage', explain: 'A value in the block does not have the expected form.' },
  'task.unknown-reference': {
    exit: 'usage',
    explain: 'The block names an entity, table, field or claim that does not exist.',
  },
  'task.circular': {
    exit: 'usage',
    explain: 'Required relations form a circle, so no row could ever be inserted.',
  },
  'task.refused': {
    exit: 'usage',
    explain: 'The task asks for something this version does not do; the message names it.',
  },
  'config.invalid': {
    exit: 'usage',
    explain: '`dbd.config.yaml` is not valid; the message names line, column and key.',
  },
  'workload.invalid': {
    exit: 'usage',
    explain: 'The file of named queries could not be read; the message names the line.',
  },
  'sql.syntax': { exit: 'usage', explain: "PostgreSQL's grammar rejects the SQL text." },
  'sql.failed': { exit: 'usage', explain: 'The server rejected a statement; its own message is shown.' },
  'sql.refused': {
    exit: 'usage',
    explain: 'The statement needs rights that no task or migration gets (for example COPY … TO PROGRAM).',
  },
  'schema.unknown': {
    exit: 'usage',
    explain:
      'A schema of a mapper holds something that cannot be turned into SQL; nothing is left out silently, so none of it is used.',
  },
  'sql.timeout': { exit: 'usage', explain: 'A statement ran longer than its limit and was cancelled.' },
  'change.refused': {
    exit: 'usage',
    explain: 'A statement cannot be carried over into safe phases; the message names it.',
  },
  'connect.refused': { exit: 'environment', explain: 'No server answers at the address.' },
  'connect.denied': {
    exit: 'environment',
    explain: 'The server answered but did not let us in: user, password, database or its access rules.',
  },
  'connect.lost': {
    exit: 'environment',
    explain: 'The connection to the database ended in the middle of the work.',
  },
  'connect.url': {
    exit: 'usage',
    explain: 'The address is not a database URL of the form postgres://user@host:5432/name.',
  },
  'sandbox.no-server': {
    exit: 'environment',
    explain: 'No PostgreSQL binaries were found: neither named, installed nor bundled.',
  },
  'sandbox.start': {
    exit: 'environment',
    explain: 'The sandbox server did not start; the tail of its log is shown.',
  },
  'sandbox.disk': { exit: 'environment', explain: 'The cache folder of the sandbox is full or read-only.' },
  'sandbox.copy': {
    exit: 'environment',
    explain:
      'A restored copy of production could not be copied on its own server, so nothing was rehearsed on it.',
  },
  'sandbox.install': {
    exit: 'environment',
    explain: 'A server package could not be fetched or its checksum does not match.',
  },
  'sandbox.unknown': { exit: 'usage', explain: 'No running sandbox has this id.' },
  'rehearse.command-failed': {
    exit: 'usage',
    explain: 'The wrapped command ended with an error before the rehearsal was complete.',
  },
  'rehearse.command-hung': {
    exit: 'usage',
    explain: 'The wrapped command sent nothing for longer than the limit and was ended.',
  },
  'rehearse.command-missing': {
    exit: 'usage',
    explain: 'The wrapped command does not exist or cannot be started.',
  },
  'rehearse.no-connection': {
    exit: 'usage',
    explain: 'The wrapped command ended without ever connecting to the twin.',
  },
  'snapshot.invalid': {
    exit: 'usage',
    explain: 'The file is no snapshot, is damaged, or was written by a newer version.',
  },
  'plan.unreadable': {
    exit: 'usage',
    explain:
      'The text holds no plan of PostgreSQL, or one of another product. Plans are read as EXPLAIN prints them: JSON, YAML or text, also cut off.',
  },
  'twin.hollow': {
    exit: 'environment',
    explain: 'A twin that plans as the snapshot tells could not be made.',
  },
  'twin.fill': {
    exit: 'usage',
    explain: 'A table of the twin could not be filled under its constraints; the message names it.',
  },
  'seed.refused': {
    exit: 'usage',
    explain:
      'Seeds are loaded only into a database of this machine that does not say it is production, whose tables fit and hold no rows yet.',
  },
  'bench.refused': {
    exit: 'usage',
    explain:
      'A load is not run on this database, or none of the queries may be run there; the message says why.',
  },
  'backup.refused': {
    exit: 'usage',
    explain:
      'A backup of this server cannot be taken or restored by dbd: a missing right, its size, its version or its tablespaces.',
  },
  'backup.damaged': {
    exit: 'usage',
    explain: 'A backup or its archived log is not whole; the message names the file.',
  },
  'backup.target': {
    exit: 'usage',
    explain: 'The point to recover to lies outside what the backup and the archived log hold.',
  },
  'evidence.refused': {
    exit: 'usage',
    explain:
      'Evidence cannot be signed: its report is about other files, is missing or failed, or the folder holds links.',
  },
  'evidence.key': {
    exit: 'usage',
    explain:
      'The key is no Ed25519 key in PEM, is the wrong half of the pair, or stands inside a repository.',
  },
  'preflight.refused': {
    exit: 'usage',
    explain: 'What was given is no change that can be checked against a database; the message says why.',
  },
  'runner.target': {
    exit: 'usage',
    explain:
      'The database to change was not named, is not in the map `databases:`, is a standby, or only reads; the message says which.',
  },
  'runner.pooler': {
    exit: 'usage',
    explain:
      'The address leads through a pooler that hands out another server session for each transaction; locks and settings of a session do not hold there. Give the direct address.',
  },
  'runner.locked': {
    exit: 'environment',
    explain: 'Another runner is changing this database; the message says who and since when.',
  },
  'runner.rights': {
    exit: 'usage',
    explain: 'The role may not do what the run needs; the message names the grant that opens it.',
  },
  'runner.files': {
    exit: 'usage',
    explain:
      'The folder of changes cannot be run as it is: open questions, equal names or timestamps, no way back, or files that are no change.',
  },
  'runner.changed': {
    exit: 'usage',
    explain: 'What has run is not what stands in the folder: a change was edited, is gone, or came late.',
  },
  'runner.drifted': {
    exit: 'usage',
    explain: 'The database was altered by somebody else since the last run; the message names what differs.',
  },
  'runner.unclear': {
    exit: 'usage',
    explain:
      'An earlier run was cut off and nobody can tell how far it came; `dbd repair` shows what it finds.',
  },
  'runner.waited': {
    exit: 'environment',
    explain:
      'A lock was not granted within the budget of stalls or the patience; the message says who holds it.',
  },
  'runner.window': {
    exit: 'environment',
    explain: 'The maintenance window is closed, or closes before the step would end.',
  },
  'runner.limit': {
    exit: 'environment',
    explain:
      'A live limit was passed (lag of a standby, long transactions); the run stopped at a safe place.',
  },
  'runner.gate': {
    exit: 'usage',
    explain: 'Evidence or an earlier environment is missing for this target, so the change is not run on it.',
  },
  ...codesBetweenProducts,
  'report.invalid': { exit: 'usage', explain: 'The file is not a report.json of dbd.' },
  interrupted: {
    exit: 'environment',
    explain: 'The command was stopped by a signal; sandboxes were removed.',
  },
} as const satisfies Record<string, CodeEntry>;

/** A known error code, `area.reason`. */
export type Code = keyof typeof codes;
