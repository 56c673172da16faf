/** Where credentials of databases lie about: variables, files of the project, files of the home folder. Values are compared and never told. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** One thing that opens a database, or a door beside it. */
export interface Credential {
  /** `DATABASE_URL`, `.env, line 3: DATABASE_URL`, `~/.pgpass, line 1`. */
  readonly place: string;
  /** Name of the variable, where it is one. */
  readonly variable?: string;
  readonly kind: 'address' | 'password' | 'service' | 'signing-key' | 'token';
  /** What it leads to; `*` stands for anything. Never shown. */
  readonly leads?: Destination;
}

/** Host, port and database in the words of the client; absent parts are unknown. */
export interface Destination {
  readonly url?: string;
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly service?: string;
}

/** Files that hold variables; examples of such files hold none that count. */
const variableFile = /^\.env(?:rc)?(?:\.(?!example$|sample$|template$|dist$|defaults$)[\w-]+)*$/;
const skipped = new Set(['node_modules', '.git', 'dist', 'build', 'vendor', 'target', '.venv']);
/** Most folders that are looked into, and largest file in bytes. */
const mostFolders = 200;
const largest = 256 * 1024;

/** Everything that can be read here without connecting anywhere. */
export async function credentialsAround(cwd: string, env: Env): Promise<readonly Credential[]> {
  const inEnvironment = credentialsIn(env, (name) => name);
  const files = await variableFiles(cwd);
  const inFiles = await Promise.all(files.map((path) => fromVariableFile(path, relative(cwd, path))));
  return [...inEnvironment, ...inFiles.flat(), ...(await fromPassFile(env)), ...(await fromServiceFile(env))];
}

/** What variables of these names and values open. */
function credentialsIn(env: Env, placeOf: (name: string) => string): readonly Credential[] {
  const found: Credential[] = [];
  for (const [name, value = ''] of Object.entries(env)) {
    const credential = value === '' ? undefined : judge(name, value, env);
    if (credential) found.push({ ...credential, place: placeOf(name), variable: name });
  }
  return found;
}

function judge(name: string, value: string, env: Env): Pick<Credential, 'kind' | 'leads'> | undefined {
  const [url] = /postgres(?:ql)?(?:\+\w+)?:\/\/[^\s'"<>]+/i.exec(value) ?? [];
  if (url !== undefined)
    return { kind: 'address', leads: { url: url.replace(/^postgres(?:ql)?(?:\+\w+)?:/i, 'postgres:') } };
  const conninfo =
    /(?:^|\s)host(?:addr)?\s*=\s*\S/.test(value) && /(?:^|\s)(?:dbname|user|password)\s*=/.test(value);
  if (conninfo) return { kind: 'address', leads: partsOf(value) };
  const upper = name.toUpperCase();
  if (
    upper === 'PGPASSWORD' ||
    /^(?:POSTGRES|PG|DB|DATABASE)(?:QL)?_(?:PASSWORD|PASS)$|_(?:DB|DATABASE|POSTGRES|PG)_PASSWORD$/.test(
      upper,
    )
  )
    return {
      kind: 'password',
      leads: upper.startsWith('PG')
        ? defined({ host: env['PGHOST'], port: env['PGPORT'], database: env['PGDATABASE'] })
        : defined({
            host: env['POSTGRES_HOST'] ?? env['DB_HOST'],
            port: env['POSTGRES_PORT'] ?? env['DB_PORT'],
          }),
    };
  if (upper === 'PGSERVICE') return { kind: 'service', leads: { service: value } };
  if (upper === 'PGHOST')
    return {
      kind: 'address',
      leads: defined({ host: value, port: env['PGPORT'], database: env['PGDATABASE'] }),
    };
  if (upper === 'DBD_EVIDENCE_KEY') return { kind: 'signing-key' };
  return /^(?:JIRA|GITHUB|GITLAB|GH)_(?:API_)?(?:TOKEN|PAT)$/.test(upper) ? { kind: 'token' } : undefined;
}

function partsOf(conninfo: string): Destination {
  const value = (key: string): string | undefined =>
    new RegExp(`(?:^|\\s)${key}\\s*=\\s*(?:'([^']*)'|(\\S+))`)
      .exec(conninfo)
      ?.slice(1)
      .find((part) => part !== undefined);
  return defined({
    host: value('host') ?? value('hostaddr'),
    port: value('port'),
    database: value('dbname'),
  });
}

async function variableFiles(cwd: string): Promise<readonly string[]> {
  const found: string[] = [];
  let folders = [cwd];
  for (let depth = 0, seen = 0; depth < 3 && seen < mostFolders; depth++) {
    const next: string[] = [];
    for (const folder of folders.slice(0, mostFolders - seen)) {
      seen++;
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => []))
        if (entry.isDirectory() && !skipped.has(entry.name)) next.push(join(folder, entry.name));
        else if (variableFile.test(entry.name)) found.push(join(folder, entry.name));
    }
    folders = next;
  }
  return found.toSorted();
}

async function fromVariableFile(path: string, shown: string): Promise<readonly Credential[]> {
  const lines = (await smallText(path)).split('\n');
  const read = lines.flatMap((line, i) => {
    const [, name, raw] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: raw!.replace(/^(['"])(.*)\1.*$/, '$2'), line: i + 1 }];
  });
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value]));
  return read.flatMap(({ name, line }) =>
    credentialsIn({ ...values }, () => `${shown}, line ${line}: ${name}`).filter(
      ({ variable }) => variable === name,
    ),
  );
}

async function fromPassFile(env: Env): Promise<readonly Credential[]> {
  const path = env['PGPASSFILE'] ?? join(homeOf(env), '.pgpass');
  const lines = (await smallText(path)).split('\n');
  return lines.flatMap((line, i): readonly Credential[] => {
    if (line.startsWith('#')) return [];
    const [host, port, database, , password] = line
      .split(/(?<!\\):/)
      .map((part) => part.replaceAll(/\\(.)/g, '$1'));
    return password === undefined || password === ''
      ? []
      : [
          {
            place: `${homely(path, env)}, line ${i + 1}`,
            kind: 'password',
            leads: defined({ host, port, database }),
          },
        ];
  });
}

async function fromServiceFile(env: Env): Promise<readonly Credential[]> {
  const path = env['PGSERVICEFILE'] ?? join(homeOf(env), '.pg_service.conf');
  const sections = (await smallText(path)).split(/^\s*\[/m).slice(1);
  return sections.map((section) => {
    const service = section.slice(0, section.indexOf(']'));
    const value = (key: string): string | undefined =>
      new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, 'm').exec(section)?.[1];
    return {
      place: `${homely(path, env)}, [${service.slice(0, 60)}]`,
      kind: 'service',
      leads: defined({
        service,
        host: value('host') ?? value('hostaddr'),
        port: value('port'),
        database: value('dbname'),
      }),
    };
  });
}

async function smallText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > largest) return '';
  return readFile(path, 'utf8').catch(() => '');
}

function homeOf(env: Env): string {
  return env['HOME'] || homedir();
}

function homely(path: string, env: Env): string {
  const home = homeOf(env);
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function defined(parts: { readonly [K in keyof Destination]: string | undefined }): Destination {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== ''));
}
