import { SqlError } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { lex } from '../grammar/lex.ts';
import { id, text } from './making.ts';
import { otherPath } from './others.ts';
import type { LeftOut } from './runner.ts';
import { bare } from './text.ts';

/** Values of a server's options here: it leads nowhere, whatever the original's were; other options keep an empty value. */
const harmless: Readonly<Record<string, string>> = {
  host: '/nowhere',
  port: '1',
  dbname: 'nowhere',
  use_remote_estimate: 'false',
  fdw_startup_cost: '100',
  fdw_tuple_cost: '0.2',
  fetch_size: '100',
  batch_size: '1',
  async_capable: 'false',
  updatable: 'true',
  truncatable: 'true',
  keep_connections: 'true',
  parallel_commit: 'false',
  parallel_abort: 'false',
  analyze_sampling: 'auto',
  connect_timeout: '2',
  sslmode: 'disable',
};

/**
 * Makes foreign servers that lead nowhere, as a superuser from quoted names, and lets the owner make tables on them. The wrapper for other PostgreSQL servers
 * plans its tables as it does there; other wrappers are empty shells whose tables cannot be read.
 */
export async function restoreServers(
  session: Session,
  owner: string,
  catalog: Catalog,
): Promise<{ readonly leftOut: readonly LeftOut[]; readonly otherwise: readonly LeftOut[] }> {
  const servers = (catalog.others ?? []).filter(({ kind }) => kind === 'server');
  const otherwise: LeftOut[] = [];
  const leftOut: LeftOut[] = [];
  const shells = new Set<string>();
  for (const other of servers) {
    const path = otherPath(other);
    const { wrapper, type, version, options } = partsOf(other.definition);
    const postgres = wrapper === wrapperName;
    try {
      if (!shells.has(wrapper)) {
        if (postgres) await installWrapper(session, undefined);
        else await session.run(`CREATE FOREIGN DATA WRAPPER ${id(wrapper)}`);
        shells.add(wrapper);
      }
      const names = postgres ? new Set(['host', 'port', ...options]) : new Set(options);
      const list = [...names].map((name) => `${id(name)} ${text(harmless[name] ?? '')}`);
      await session.run(
        [
          `CREATE SERVER ${id(bare(other.name))}`,
          ...(type === undefined ? [] : [`TYPE ${text(type)}`]),
          ...(version === undefined ? [] : [`VERSION ${text(version)}`]),
          `FOREIGN DATA WRAPPER ${id(wrapper)}`,
          ...(list.length === 0 ? [] : [`OPTIONS (${list.join(', ')})`]),
        ].join(' '),
      );
      await session.run(`GRANT USAGE ON FOREIGN SERVER ${id(bare(other.name))} TO ${id(owner)}`);
      otherwise.push({
        path,
        why: postgres
          ? 'it leads nowhere here: queries on its tables are planned and cannot run, and what its options say of costs is not known'
          : `it leads nowhere here, and its wrapper ${wrapper} is an empty shell: queries on its tables cannot be planned`,
      });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      leftOut.push({ path, why: error.message });
    }
  }
  return { leftOut, otherwise };
}

/** The extension for tables on other PostgreSQL servers; only a superuser makes servers of it, so that nobody gets out through it. */
export const wrapperName = 'postgres_fdw';

/** Installs {@link wrapperName}; throws `SqlError`. */
export async function installWrapper(session: Session, schema: string | undefined): Promise<void> {
  await session.run(
    `CREATE EXTENSION IF NOT EXISTS ${wrapperName}${schema === undefined ? '' : ` SCHEMA ${id(schema)}`}`,
  );
}

interface ServerParts {
  readonly wrapper: string;
  readonly type: string | undefined;
  readonly version: string | undefined;
  readonly options: readonly string[];
}

/** Takes `TYPE 'a' VERSION 'b' FOREIGN DATA WRAPPER w OPTIONS (host, port)` apart. */
function partsOf(definition: string): ServerParts {
  const tokens = lex(definition);
  const after = (word: string): string | undefined => {
    const at = tokens.findIndex((token) => token.text === word);
    return at < 0 ? undefined : tokens[at + 1]?.text;
  };
  const constant = (word: string): string | undefined => after(word)?.slice(1, -1).replaceAll("''", "'");
  const from = tokens.findIndex((token) => token.text === 'OPTIONS');
  return {
    wrapper: bare(after('WRAPPER') ?? ''),
    type: constant('TYPE'),
    version: constant('VERSION'),
    options:
      from < 0
        ? []
        : tokens
            .slice(from + 1)
            .filter(({ kind }) => kind === 'word' || kind === 'quoted')
            .map((token) => bare(token.text)),
  };
}
