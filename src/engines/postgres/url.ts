import { fail } from '../../base/error.ts';

/** A database address taken apart; `host` is a folder when the server listens on a socket. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  /** Everything after `?` except host, port, user, password and dbname. */
  readonly parameters: URLSearchParams;
}

/** Takes a `postgres://` address apart the way libpq does; throws `connect.url`, never with the password in it. */
export function parseUrl(
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return wrong();
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') return wrong();
  const parameters = new URLSearchParams(url.search);
  const take = (name: string): string | undefined => {
    const value = parameters.get(name) ?? undefined;
    parameters.delete(name);
    return value === '' ? undefined : value;
  };
  const decode = (part: string): string | undefined => {
    try {
      return part === '' ? undefined : decodeURIComponent(part);
    } catch {
      return wrong();
    }
  };
  const hostname = url.hostname.replaceAll(/^\[|\]$/g, '');
  const user = take('user') ?? decode(url.username) ?? env.PGUSER ?? env.USER ?? 'postgres';
  const port = Number(take('port') ?? (url.port || env.PGPORT) ?? 5432) || 5432;
  return {
    host: take('host') ?? decode(hostname) ?? env.PGHOST ?? 'localhost',
    port,
    user,
    password: take('password') ?? decode(url.password) ?? env.PGPASSWORD,
    database: take('dbname') ?? decode(url.pathname.replace(/^\//, '')) ?? env.PGDATABASE ?? user,
    parameters,
  };
}

/** The address without its password, for messages and reports; `(no address)` when it is not one. */
export function withoutPassword(text: string): string {
  try {
    const { host, port, user, database } = parseUrl(text, {});
    const name = encodeURIComponent(database);
    return host.startsWith('/')
      ? `postgres://${user}@/${name}?host=${host}`
      : `postgres://${user}@${host}:${port}/${name}`;
  } catch {
    return '(no address)';
  }
}

function wrong(): never {
  return fail('connect.url', 'The address is not a database URL.', {
    hint: 'Write postgres://user@host:5432/database; characters such as @ or / in a password are percent-encoded.',
  });
}
