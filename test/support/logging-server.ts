/** A server that logs every statement in all three forms, with counters of statements. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

/** Starts it; `prefix` is its log_line_prefix. */
export function loggingServer(
  major: number,
  prefix: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Sandbox> {
  return startSandbox(postgres, {
    major,
    settings: {
      logging_collector: 'on',
      log_destination: 'stderr,csvlog,jsonlog',
      log_directory: 'log',
      log_filename: 'server.log',
      log_rotation_age: '0',
      log_rotation_size: '0',
      log_line_prefix: prefix,
      log_min_duration_statement: '0',
      shared_preload_libraries: 'pg_stat_statements,auto_explain',
      compute_query_id: 'on',
      ...settings,
    },
  });
}

/** Paths of its log files by form, when the collector has written them. */
export async function logFiles(
  server: Sandbox,
): Promise<Readonly<Record<'stderr' | 'csv' | 'json', string>>> {
  const session = await postgres.connect((await server.createDatabase()).adminUrl);
  const { rows } = await session.query<{ folder: string }>(
    `SELECT current_setting('data_directory') || '/log' AS folder`,
  );
  await session.close();
  const { folder } = rows[0]!;
  const found = await readdir(folder);
  const named = (ending: string): string =>
    join(folder, found.find((name) => name.endsWith(ending)) ?? ending);
  return { stderr: named('.log'), csv: named('.csv'), json: named('.json') };
}
