/** From what was typed and configured to the target of a run. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Config, DatabaseConfig } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Target } from '../../runner/model.ts';

/** What was typed. */
export interface TargetInput {
  readonly engine: Engine;
  readonly config: Config;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly database?: string;
  readonly target?: string;
  readonly changes?: string;
}

/** The database that is meant, and its folder of changes. Throws `runner.target`, `usage.*`, `config.invalid` for unset variables. */
export async function targetOf(
  input: TargetInput,
): Promise<{ readonly target: Target; readonly changes: string; readonly shown: string }> {
  const { config, cwd, database, target: name } = input;
  if (database !== undefined && name !== undefined)
    fail('usage.wrong-option', 'Give either --database with an address, or --target with a name.');
  const base = config.file === undefined ? cwd : dirname(config.file);
  const known = Object.keys(config.databases ?? {});
  const only = known.length === 1 && database === undefined ? known[0] : undefined;
  const chosen = name ?? only;
  const target =
    database !== undefined
      ? bare(input.engine, database)
      : chosen === undefined
        ? fail('runner.target', 'Say which database is meant.', {
            hint:
              known.length > 0
                ? `Give --target with one of ${known.join(', ')}.`
                : 'Give --database "$DATABASE_URL", or name databases in dbd.config.yaml.',
          })
        : await configured(input, chosen, base);
  const own = chosen === undefined ? undefined : config.databases?.[chosen]?.changes;
  const changes =
    input.changes !== undefined
      ? resolve(cwd, input.changes)
      : own !== undefined
        ? resolve(base, own)
        : (config.changes ?? resolve(base, 'changes'));
  return { target, changes, shown: input.changes ?? own ?? 'changes' };
}

function bare(engine: Engine, url: string): Target {
  return {
    url,
    shown: engine.addresses.read(url).shown,
    schema: 'dbd',
    windows: [],
    budgets: {},
    shared: false,
    trusted: [],
  };
}

async function configured(input: TargetInput, name: string, base: string): Promise<Target> {
  const { config, engine, env } = input;
  const found: DatabaseConfig | undefined = config.databases?.[name];
  if (!found)
    return fail('runner.target', `There is no \`${name}\` in the map \`databases\`.`, {
      hint: `Known: ${Object.keys(config.databases ?? {}).join(', ') || 'none'}.`,
    });
  const url = found.url.resolve(env);
  const { shown } = engine.addresses.read(url);
  const direct = found.direct?.resolve(env);
  if (direct !== undefined) engine.addresses.read(direct);
  const trusted = await Promise.all(
    (found.evidence ?? []).map(async (path) => ({
      name: path,
      pem: await readFile(resolve(base, path), 'utf8').catch((cause: unknown) =>
        fail('file.missing', `The public key ${path} of databases.${name} cannot be read.`, { cause }),
      ),
    })),
  );
  const { owner, role, searchPath, schemas, observeMs, after } = found;
  return {
    name,
    url,
    shown,
    schema: found.schema,
    windows: found.windows ?? [],
    budgets: found.budgets,
    shared: found.shared,
    trusted,
    ...(direct === undefined ? {} : { direct }),
    ...(owner === undefined ? {} : { owner }),
    ...(role === undefined ? {} : { role }),
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(schemas === undefined ? {} : { schemas }),
    ...(observeMs === undefined ? {} : { observeMs }),
    ...(after === undefined ? {} : { after: await configured(input, after, base) }),
  };
}
