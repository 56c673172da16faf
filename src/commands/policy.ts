/** What an agent's call may reach: files of the project, sandboxes of dbd, and databases that the configuration names. */
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fail } from '../base/error.ts';
import type { Config, DatabaseConfig } from '../config/model.ts';
import { agentOf } from './agent.ts';
import type { Command, Context } from './command.ts';
import { fieldsOf, type Field } from './fields.ts';
import { reachOf } from './reach.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The input with names of databases replaced by their addresses. For agents everything that reaches beyond the project is refused first:
 * throws `policy.option`, `policy.path`, `policy.database`.
 */
export async function withinPolicy(command: Command, input: Input, context: Context): Promise<Input> {
  let known: Promise<Config> | undefined;
  const config = (): Promise<Config> => (known ??= configOf(context));
  const meant = await withTarget(command, input, config);
  const entries = await Promise.all(
    fieldsOf(command).map(async (field) => {
      const value = meant[field.name];
      if (value === undefined || (Array.isArray(value) && value.length === 0)) return [field.name, value];
      if (Array.isArray(value))
        return [
          field.name,
          await Promise.all(value.map((one) => allowed(command, field, one, context, config))),
        ];
      return [field.name, await allowed(command, field, value, context, config)];
    }),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Input;
}

/** A configured name in `database` is the target of that name: as a bare address it would lose its kind, gates and windows. */
async function withTarget(command: Command, input: Input, config: () => Promise<Config>): Promise<Input> {
  const { database: name, ...rest } = input;
  if (typeof name !== 'string' || !/^[\w-]+$/.test(name) || rest['target'] !== undefined) return input;
  if (!Object.hasOwn(command.input.shape, 'target')) return input;
  const { databases = {} } = await config();
  return Object.hasOwn(databases, name) ? { ...rest, target: name } : input;
}

async function allowed(
  command: Command,
  field: Field,
  value: unknown,
  context: Context,
  config: () => Promise<Config>,
): Promise<unknown> {
  if (typeof value !== 'string') return value;
  const reach = reachOf(command.name, field.name, field.kind);
  if (reach === 'address') return addressOf(field, value, context, config);
  if (context.agent === undefined || reach === 'none') return value;
  switch (reach) {
    case 'closed':
      return value === field.default
        ? value
        : fail('policy.option', `${field.flag} is not for agents: it starts programs or lifts a gate.`, {
            hint: 'Leave it out, or ask a person to run the command.',
          });
    case 'target': {
      const loaded = await config();
      const named = Object.hasOwn(loaded.databases ?? {}, value);
      const reads = reading(command, value);
      if (named || !reads || !(await isKept(value, context))) databaseOf(loaded, value, context, reads);
      return value;
    }
    case 'read':
    case 'write':
      await insideProject(field, value, context);
      return value;
    default:
      if (!value.includes('\n') && (await exists(resolve(context.cwd, value))))
        await insideProject(field, value, context);
      return value;
  }
}

/**
 * Throws `policy.person` where an agent's call would write to a database that is neither a sandbox of dbd nor one that the configuration calls
 * a development database; there a person confirms, which the command line cannot ask for.
 */
export async function mayWrite(command: Command, input: Input, context: Context): Promise<void> {
  const who = context.agent ?? agentOf(context.env);
  if (who === undefined || !command.effects(input).includes('database')) return;
  const { database, target } = input;
  if (typeof database === 'string' && (await isOwnSandbox(database, context))) return;
  const { databases = {} } = await configOf(context);
  const [only, ...others] = Object.keys(databases);
  const name = typeof target === 'string' ? target : others.length === 0 ? only : undefined;
  const found = typeof database === 'string' || name === undefined ? undefined : databases[name];
  if (context.agent !== undefined && found?.kind === 'development' && command.consent) return;
  fail('policy.person', `${who} called \`dbd ${command.name}\`, which writes to a database.`, {
    hint:
      found?.kind === 'development'
        ? 'Use the tool `migrate` of `dbd mcp`, where a person confirms the statements, or let a person type it.'
        : 'A person or CI runs it. Only a database with `kind: development` in dbd.config.yaml is written to for agents, by the tool `migrate`.',
  });
}

/** The configuration of the folder in which dbd was started; what reads it is loaded when it is needed. */
async function configOf({ cwd, env }: Pick<Context, 'cwd' | 'env'>): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts');
  return loadConfig({ from: [cwd], cwd, env });
}

/** Throws `policy.confirm` where an agent's call needs a person's consent and brings none. */
export async function needConfirmed(command: Command, input: Input, context: Context): Promise<void> {
  if (context.agent === undefined || context.confirmed !== undefined) return;
  const asked = await command.consent?.(input, context);
  if (asked)
    fail('policy.confirm', `A person has to confirm this first: ${asked.says}`, {
      hint: 'Use a client that can ask its user, or let a person type the command.',
    });
}

/** Whether the command, called for this database, writes to none; `query` and its like name the database they read. */
function reading(command: Command, target: string): boolean {
  return !command.effects({ target, on: target }).includes('database');
}

async function addressOf(
  field: Field,
  value: string,
  context: Context,
  config: () => Promise<Config>,
): Promise<string> {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value);
  if (!url && /^[\w-]+$/.test(value) && !(await exists(resolve(context.cwd, value)))) {
    const loaded = await config();
    if (loaded.databases && Object.hasOwn(loaded.databases, value))
      return databaseOf(loaded, value, context, true);
    return value;
  }
  if (context.agent === undefined) return value;
  if (!url) await insideProject(field, value, context);
  else if (!(await isOwnSandbox(value, context)))
    fail('policy.database', `${field.flag} leads to a server that is not a sandbox of dbd.`, {
      hint: 'Name the database in the map `databases` of dbd.config.yaml, with its `kind`, and give its name; or start a sandbox.',
    });
  return value;
}

/** The address by which a named database is read; throws `policy.database` where an agent may not. */
function databaseOf(config: Config, name: string, { agent, env }: Context, reads: boolean): string {
  const found: DatabaseConfig | undefined = config.databases?.[name];
  if (!found)
    return fail('policy.database', `There is no \`${name}\` in the map \`databases\`.`, {
      hint: `Known: ${Object.keys(config.databases ?? {}).join(', ') || 'none'}.`,
    });
  if (agent === undefined || found.kind === 'development') return found.url.resolve(env);
  if (!reads)
    return fail('policy.database', `${name} is ${kindOf(found)}: no agent writes there.`, {
      hint: `A person or CI runs \`dbd migrate --target ${name}\`, bound to signed evidence.`,
    });
  return (
    found.read?.url.resolve(env) ??
    fail('policy.database', `${name} is ${kindOf(found)}, and no role is configured that only reads it.`, {
      hint: `Give databases.${name} a \`read: { url: … }\` with a role that can do nothing else (\`dbd query --on ${name} --role-script\` writes it), or work with a snapshot.`,
    })
  );
}

/** A database whose kind is not said counts as shared. */
export function kindOf({ kind }: Pick<DatabaseConfig, 'kind'>): 'development' | 'shared' | 'production' {
  return kind ?? 'shared';
}

/** Whether the address is that of a sandbox which dbd keeps, as its unprivileged owner. */
export async function isOwnSandbox(url: string, context: Pick<Context, 'engine'>): Promise<boolean> {
  const running = await sandboxes(context);
  return running.some(({ kept }) => kept?.url === url);
}

/** Whether this is the id of a sandbox that dbd keeps. */
async function isKept(id: string, context: Pick<Context, 'engine'>): Promise<boolean> {
  const running = await sandboxes(context);
  return running.some((one) => one.id === id && one.kept !== undefined);
}

/** Every start of `dbd` loads this file, and few calls name a sandbox. */
async function sandboxes({ engine }: Pick<Context, 'engine'>) {
  const { listSandboxes } = await import('../sandbox/kept.ts');
  return listSandboxes(await engine());
}

async function insideProject(field: Field, value: string, { cwd }: Context): Promise<void> {
  const [project, path] = await Promise.all([realpath(cwd), nearestReal(resolve(cwd, value))]);
  const way = relative(project, path);
  if (way === '' || (!way.startsWith('..') && !isAbsolute(way))) return;
  fail('policy.path', `${field.flag} leads out of the project.`, {
    hint: 'Agents read and write below the folder in which dbd was started.',
  });
}

/** The path with its links resolved as far as it exists. */
async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await nearestReal(parent), path.slice(parent.length));
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
