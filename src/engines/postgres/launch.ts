import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Launch, LaunchOptions, Residue } from '../../engine/model.ts';
import { candidates } from './binaries.ts';
import { packages } from './packages.ts';
import { admin } from './roles.ts';

const run = promisify(execFile);

/** Starting PostgreSQL: where its binaries are, how a data folder is made, configured and served. */
export const launch: Launch = {
  accounts: ['postgres', '_postgres'],
  packages,
  spread: ['base'],
  candidates,

  async version(binaries) {
    try {
      const { stdout } = await run(join(binaries, 'postgres'), ['--version'], { timeout: 10_000 });
      return /(\d+(?:\.\d+)+|\d+(?:beta|rc)\d+)/.exec(stdout)?.[1];
    } catch {
      return undefined;
    }
  },

  init: ({ binaries, version, data, secretFile }) => ({
    program: join(binaries, 'initdb'),
    args: [
      '-D',
      data,
      '--no-sync',
      '--no-instructions',
      '-U',
      admin.superuser,
      '--auth=scram-sha-256',
      `--pwfile=${secretFile}`,
      '--encoding=UTF8',
      ...(major(version) >= 17
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : [`--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`]),
      // The password is long and random, so more rounds would only slow each connection down.
      ...(major(version) >= 16 ? ['--set', 'scram_iterations=1'] : []),
      ...(major(version) >= 18 ? ['--no-data-checksums'] : []),
    ].filter((option) => option !== '--no-instructions' || major(version) >= 14),
  }),

  async configure(options) {
    return [
      { path: 'postgresql.conf', text: await settings(options), append: true },
      { path: 'pg_hba.conf', text: accessRules, append: false },
    ];
  },

  serve: ({ binaries, data }) => ({ program: join(binaries, 'postgres'), args: ['-D', data] }),

  socketName: (port) => `.s.PGSQL.${port}`,

  url({ sockets, port, user, password, database }) {
    const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
    return `postgres://${encodeURIComponent(user)}${secret}@localhost:${port}/${encodeURIComponent(database)}?host=${encodeURIComponent(sockets)}`;
  },

  async residue({ data, pid }) {
    const found: Residue[] = [];
    const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '');
    for (const file of new Set(maps.match(/\/dev\/shm\/PostgreSQL\.\d+/g)))
      found.push({ kind: 'file', id: file });
    // The seventh line of the lock file names key and id of the shared-memory segment.
    const segment = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''))
      .split('\n')[6]
      ?.trim()
      .split(/\s+/)[1];
    if (segment && /^\d+$/.test(segment)) found.push({ kind: 'shared-memory', id: segment });
    return found;
  },
};

/** The superuser shows its password even on the socket: foreign programs get the owner's address only. */
const accessRules = `local all,replication ${admin.superuser} scram-sha-256\nlocal all all trust\n`;

function major(version: string): number {
  return Number.parseInt(version, 10);
}

async function settings({ binaries, sockets, port, settings: wanted }: LaunchOptions): Promise<string> {
  const statistics = await hasLibrary(binaries, 'pg_stat_statements');
  const all: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    port: String(port),
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '8GB',
    checkpoint_timeout: '30min',
    wal_level: 'replica',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%p|',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(statistics ? { shared_preload_libraries: 'pg_stat_statements' } : {}),
    ...wanted,
  };

  return `\n${Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
    .join('\n')}\n`;
}

/** Library folders of the packages of npm, Debian and Homebrew, relative to the binaries. */
async function hasLibrary(binaries: string, name: string): Promise<boolean> {
  const folders = ['../lib/postgresql', '../lib', '../lib64/pgsql'].map((folder) => join(binaries, folder));
  const tries = folders.flatMap((folder) =>
    [`${name}.so`, `${name}.dylib`].map((file) => access(join(folder, file))),
  );
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}
