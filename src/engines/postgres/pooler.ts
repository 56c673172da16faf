/** pgbouncer in transaction mode. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Poolers } from '../../engine/pooler/model.ts';
import { launch } from './launch.ts';
import { parseUrl } from './url.ts';

const run = promisify(execFile);

/** Number in the name of its socket. */
const port = 6432;
/** Server sessions that it takes in turn: with two, what one transaction leaves in its session is missing in the next. */
const sessions = 2;

/** The pooler that is used most with PostgreSQL. */
export const poolers: Poolers = {
  async find() {
    // Debian puts it where only root's path leads.
    for (const program of ['pgbouncer', '/usr/sbin/pgbouncer', '/usr/local/sbin/pgbouncer']) {
      try {
        const { stdout } = await run(program, ['--version'], { timeout: 5000 });
        const version = /(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1];
        if (version) return { program, title: `pgbouncer ${version}` };
      } catch {
        continue;
      }
    }
    return undefined;
  },

  configure({ url, sockets, folder }) {
    const { user, database } = parseUrl(url);
    const settings = {
      listen_addr: '',
      listen_port: String(port),
      unix_socket_dir: sockets,
      unix_socket_mode: '0700',
      auth_type: 'trust',
      auth_file: join(folder, 'pooler-users'),
      pool_mode: 'transaction',
      default_pool_size: String(sessions),
      server_round_robin: '1',
      ignore_startup_parameters: 'extra_float_digits,options',
      logfile: '',
      log_connections: '0',
      log_disconnections: '0',
      stats_period: '3600',
    };
    return {
      files: [
        {
          path: 'pooler.ini',
          text: [
            '[databases]',
            `* = host=${sockets} port=${new URL(url).port || '5432'}`,
            '[pgbouncer]',
            ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
            '',
          ].join('\n'),
        },
        { path: 'pooler-users', text: `"${user.replaceAll('"', '""')}" ""\n` },
      ],
      args: ['-q', join(folder, 'pooler.ini')],
      socket: join(sockets, launch.socketName(port)),
      url: launch.url({ sockets, port, user, database }),
    };
  },
};
