/** Runs a foreign command against a twin through the recording proxy. */
import { fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import type { Engine, RecordingProxy, TransactionInfo } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import { notesMigrations } from './bookkeeping.ts';
import { spawnGroup, type Ending } from './command.ts';
import type { StatementRun } from '../model.ts';
import { withOrigins } from './origin.ts';

export interface WrappedOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of variables that get the address: `DATABASE_URL` and others the user named. */
  readonly urlEnv: readonly string[];
  /** The command is ended when nothing happens for so long. */
  readonly idleLimitMs: number;
  readonly statementTimeoutMs?: number;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** May make rows while no session is in a transaction; what it throws becomes a warning. */
  readonly beforeTransaction?: (info: TransactionInfo) => Promise<void>;
  /** Commits after each migration that the tool writes down, for tools that run all of them in one transaction. */
  readonly commitBetween?: boolean;
}

export interface WrappedRun {
  readonly statements: readonly StatementRun[];
  readonly exitCode: number;
  /** The end of what it printed, without secrets. */
  readonly output: string;
  readonly connections: number;
  /** Transactions that were committed in their middle for `commitBetween`. */
  readonly splits: number;
}

/** How often silence is measured. */
const lookEveryMs = 100;

/**
 * Runs the command to its end. A failing command is a result with its exit code. Throws `rehearse.command-missing`, `rehearse.command-hung`,
 * `rehearse.no-connection` and `rehearse.command-failed` when it ended, well or not, without ever connecting, `interrupted` when the signal was raised, and `connect.*`.
 */
export async function runWrapped(options: WrappedOptions): Promise<WrappedRun> {
  const { engine, sandbox, database, command, signal, emit } = options;
  if (signal.aborted) fail('interrupted', 'The command was stopped before it began.');
  const watcher = await engine.watch.open(database.adminUrl, sandbox.log);
  try {
    const proxy = await engine.record.start({
      ownerUrl: database.ownerUrl,
      watcher,
      ...(options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs }),
      ...(options.commitBetween ? { commitAfterWriteTo: notesMigrations } : {}),
      ...(options.beforeTransaction ? { beforeTransaction: options.beforeTransaction } : {}),
    });
    const group = spawnGroup({
      command,
      cwd: options.cwd,
      env: environment(options, proxy),
      secrets: [proxy.password],
      emit,
    });
    let ending: Ending | 'hung' | 'interrupted';
    try {
      ending = await Promise.race([
        group.ended,
        silence(proxy, group.spokeMs, options.idleLimitMs, group.ended),
        interruption(signal, group.ended),
      ]);
    } finally {
      await group.end();
      await proxy.close();
    }
    const { connections, splits, last, problems } = proxy.activity();
    for (const text of problems) emit({ kind: 'warning', text });
    const name = command.join(' ');
    if (ending === 'interrupted') fail('interrupted', `\`${name}\` was stopped.`);
    if (ending === 'hung') return hung(name, options.idleLimitMs, last, group.output());
    if (ending.kind === 'missing') {
      fail('rehearse.command-missing', `\`${command[0] ?? ''}\` cannot be started: ${ending.reason}.`, {
        hint: 'Write the command after -- as you would type it in this folder.',
      });
    }
    if (connections === 0) return unconnected(name, ending.exitCode, options.urlEnv, group.output());
    return {
      statements: withOrigins(engine.grammar, proxy.statements()),
      exitCode: ending.exitCode,
      output: group.output(),
      connections,
      splits,
    };
  } finally {
    await watcher.close();
  }
}

function unconnected(name: string, exitCode: number, urlEnv: readonly string[], output: string): never {
  const given = `It was given ${[...urlEnv, 'PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE'].join(', ')}.`;
  const hint = `${given} If it reads another variable, add --url-env NAME.`;
  if (exitCode === 0)
    fail('rehearse.no-connection', `\`${name}\` ended without connecting to the twin.`, { hint });
  const line = lastLine(output);
  const said = line === '' ? '' : ` The last line it printed was "${line}".`;
  return fail(
    'rehearse.command-failed',
    `\`${name}\` failed with exit code ${exitCode} before it connected to the twin.${said}`,
    { hint, details: { output } },
  );
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

function hung(name: string, limitMs: number, last: string | undefined, output: string): never {
  const line = lastLine(output);
  const waits = /(password|passphrase|\[y\/n\]|\(y\/n\)|\? *$|: *$|continue|proceed|confirm)/i.test(line);
  const facts = [
    last === undefined
      ? 'It never sent a statement.'
      : `The last statement it sent was \`${last.length > 200 ? `${last.slice(0, 200)}…` : last}\`.`,
    line === '' ? '' : `The last line it printed was "${line}".`,
  ];
  return fail(
    'rehearse.command-hung',
    `\`${name}\` did nothing for ${Math.round(limitMs / 1000)} s and was ended. ${facts.filter((fact) => fact !== '').join(' ')}`,
    {
      hint: waits
        ? 'It seems to wait for an answer; give it the option that answers for it (--yes, --force) or a password in its configuration.'
        : 'Does it close its connections when it is done? Nobody can answer its questions, since its input is empty.',
    },
  );
}

/** What the command finds in its environment: everything it had, pointed at the proxy. */
function environment(options: WrappedOptions, proxy: RecordingProxy): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.env))
    if (value !== undefined && !removed.has(name)) env[name] = value;
  for (const name of options.urlEnv) env[name] = proxy.url;
  env.PGHOST = proxy.host;
  env.PGPORT = String(proxy.port);
  env.PGUSER = proxy.user;
  env.PGPASSWORD = proxy.password;
  env.PGDATABASE = proxy.database;
  env.PGSSLMODE = 'disable';
  env.PGGSSENCMODE = 'disable';
  return env;
}

/** Variables that would lead a client elsewhere, or make it ask for what the proxy does not have. */
const removed: ReadonlySet<string> = new Set([
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGPASSFILE',
  'PGHOSTADDR',
  'PGREQUIREAUTH',
  'PGREQUIREPEER',
  'PGREQUIRESSL',
  'PGCHANNELBINDING',
  'PGSSLROOTCERT',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGSSLNEGOTIATION',
  'PGMINPROTOCOLVERSION',
  'PGTARGETSESSIONATTRS',
]);

async function silence(
  proxy: RecordingProxy,
  spokeMs: () => number,
  limitMs: number,
  ended: Promise<unknown>,
): Promise<'hung'> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMs, limitMs)));
    const { idleMs } = proxy.activity();
    if (!over && Math.min(idleMs, spokeMs()) >= limitMs) return 'hung';
  }
  return new Promise(() => {});
}

async function interruption(signal: AbortSignal, ended: Promise<unknown>): Promise<'interrupted'> {
  return new Promise((resolve) => {
    const stop = (): void => resolve('interrupted');
    signal.addEventListener('abort', stop, { once: true });
    void ended.then(() => signal.removeEventListener('abort', stop));
  });
}
