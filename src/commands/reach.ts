/** How far the value of an option reaches beyond the call itself; what is not listed is closed to agents. */
export type Reach =
  /** The URL of a database, its name in the configuration, or a file or folder. */
  | 'address'
  /** The name of a database in the configuration. */
  | 'target'
  /** A file or folder that is read. */
  | 'read'
  /** A file or folder that is written. */
  | 'write'
  /** A file, or the text itself. */
  | 'text-or-file'
  /** A file, a key of a tracker, or the text itself. */
  | 'task'
  /** Starts programs, or lifts a gate: only people do. */
  | 'closed'
  /** Reaches nothing. */
  | 'none';

const listed: Readonly<Record<string, Reach>> = {
  current: 'address',
  database: 'address',
  from: 'address',
  of: 'address',
  replica: 'address',
  'plan to': 'address',
  'publish to': 'task',
  on: 'target',
  target: 'target',
  before: 'text-or-file',
  given: 'text-or-file',
  task: 'task',
  baseline: 'write',
  out: 'write',
  changes: 'read',
  files: 'read',
  folder: 'read',
  snapshot: 'read',
  source: 'read',
  workload: 'read',
  workloadNew: 'read',
  command: 'closed',
  forceContract: 'closed',
  restored: 'closed',
  sandbox: 'closed',
  urlEnv: 'closed',
};

/** Options whose text reaches nothing. */
const harmless = new Set(
  `alternatives blocked branch budgetBytes budgetWrites idle kills like limit link lockTimeout memory name part role
  rename rule scales size sql state statement table timeLimit to value wait window without`.split(/\s+/),
);

/** The reach of a command's option; switches, numbers and choices reach nothing. */
export function reachOf(command: string, option: string, kind: string): Reach {
  return (
    listed[`${command} ${option}`] ??
    (Object.hasOwn(listed, option) ? listed[option] : undefined) ??
    (harmless.has(option) || (kind !== 'text' && kind !== 'list') ? 'none' : 'closed')
  );
}
