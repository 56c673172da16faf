import type {
  HealthExtension,
  HealthPart,
  LocaleVersion,
  ServerHealth,
  Session,
  UnseenPart,
} from '../../../engine/model.ts';
import { activity } from '../live/activity.ts';
import { Asker, monitorGrant } from '../live/ask.ts';
import { replication } from '../live/replication.ts';
import { agesOf } from './ages.ts';
import { noCounters, readCounters } from './counters.ts';
import { localesOf } from './locales.ts';
import { sessionsOf } from './sessions.ts';
import { settingsOf } from './settings.ts';
import { sinceQuery } from './uses.ts';

type NodeRow = {
  at: string;
  started: string;
  standby: boolean;
  since: string | null;
  role: string;
  database: string;
  version: string;
};

const nodeQuery = `
  SELECT n.*, current_user::text AS role, current_database()::text AS database,
         split_part(current_setting('server_version'), ' ', 1) AS version
    FROM (${sinceQuery}) n`;

const extensionsQuery = `
  SELECT e.extname::text AS name, n.nspname::text AS schema, e.extversion AS installed, a.default_version AS available
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace JOIN pg_available_extensions a ON a.name = e.extname
   WHERE a.default_version IS NOT NULL ORDER BY 1`;

const subscriptionsQuery = `
  SELECT subname::text AS name, apply_error_count::float8 AS "applyErrors", sync_error_count::float8 AS "syncErrors"
    FROM pg_stat_subscription_stats ORDER BY 1`;

const buildingQuery = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_stat_progress_create_index p
    JOIN pg_class c ON c.oid = p.index_relid JOIN pg_namespace n ON n.oid = c.relnamespace`;

/** Looks at everything that a server shows of itself, part by part. */
export async function look(session: Session): Promise<ServerHealth> {
  const asker = new Asker(session);
  const unseen: UnseenPart[] = [];
  /** What was noted during some work belongs to these parts. */
  const during = async <T>(parts: readonly HealthPart[], work: () => Promise<T>): Promise<T> => {
    const before = asker.unseen.length;
    const value = await work();
    unseen.push(...asker.unseen.slice(before).map(({ what, grant }) => ({ parts, what, grant })));
    return value;
  };
  const everybody = 'everybody may read these';
  const node = await during(['counters'], async () => {
    const [row] = (await asker.ask<NodeRow>('which server this is', everybody, nodeQuery)) ?? [];
    return row ?? { at: '', started: '', standby: false, since: null, role: '', database: '', version: '' };
  });
  const grant = monitorGrant(node.role);
  const { sessions, connections } = await during(['sessions'], () => sessionsOf(asker, grant));
  const { holders } = await during(['holders'], () => activity(asker, node.role, node.standby));
  const { settings, plain } = await during(['settings'], () => settingsOf(asker));
  const replicas = await during(node.standby ? ['replication'] : ['replication', 'slots', 'archive'], () =>
    replication(asker, node.role, node.standby, plain),
  );
  const prepared = node.standby
    ? []
    : await during(['sessions'], async () => {
        type Row = ServerHealth['prepared'][number] & Record<string, unknown>;
        return (await asker.ask<Row>('prepared transactions', grant, preparedQuery)) ?? [];
      });
  const counters = await during(['counters'], () => readCounters(asker));
  const ages = await during(['ages'], () => agesOf(asker));
  const locales = await during(['locales'], async (): Promise<readonly LocaleVersion[]> => localesOf(asker));
  const extensions = await during(
    ['extensions'],
    async () =>
      (await asker.ask<HealthExtension & Record<string, unknown>>(
        'extensions',
        everybody,
        extensionsQuery,
      )) ?? [],
  );
  const subscriptions =
    session.serverVersion < 150_000
      ? []
      : await during(['subscriptions'], async () => {
          type Row = ServerHealth['subscriptions'][number] & Record<string, unknown>;
          return (await asker.ask<Row>('subscriptions', grant, subscriptionsQuery)) ?? [];
        });
  const [log] = await during(
    ['wal'],
    async () =>
      (await asker.ask<{ bytes: number }>(
        'the size of the log’s folder',
        grant,
        'SELECT coalesce(sum(size), 0)::float8 AS bytes FROM pg_ls_waldir()',
      )) ?? [],
  );
  const building = (await asker.ask<{ name: string }>('index builds', everybody, buildingQuery)) ?? [];
  return {
    at: node.at,
    startedAt: node.started,
    version: node.version,
    versionNumber: session.serverVersion,
    database: node.database,
    standby: node.standby,
    sessions,
    connections,
    prepared,
    holders,
    standbys: replicas.standbys,
    missingStandbys: missing(plain['synchronous_standby_names'] ?? '', replicas.standbys.length),
    slots: replicas.slots,
    ...(replicas.archive ? { archive: replicas.archive } : {}),
    counters: counters ?? noCounters,
    ...(node.since === null ? {} : { countedSince: node.since }),
    ages,
    settings,
    locales,
    extensions,
    subscriptions,
    ...(log ? { walBytes: log.bytes } : {}),
    building: building.map(({ name }) => name),
    unseen,
  };
}

const preparedQuery = `
  SELECT gid AS id, coalesce(owner, '') AS owner, coalesce(database, '') AS database, database = current_database() AS here,
         greatest(0, extract(epoch FROM clock_timestamp() - prepared))::float8 AS seconds
    FROM pg_prepared_xacts ORDER BY prepared`;

/** `FIRST 2 (a, b, c)`, `ANY 1 (*)`, `2 (a, b)`, `a, b`: how many are waited for, less those that are there. */
function missing(names: string, there: number): number {
  if (names.trim() === '') return 0;
  const wanted = Number(/^\s*(?:FIRST\s+|ANY\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1);
  return Math.max(0, wanted - there);
}
