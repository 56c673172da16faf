/** Time limits and connections. */
import { formatMs } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { msOf, settingOf } from './known.ts';
import type { Draft, Looked, SettingsOptions } from './model.ts';

const manual = 'PostgreSQL manual, Client Connection Defaults';
const wiki = 'PostgreSQL wiki, Number Of Database Connections: cores × 2 + effective spindles';
/** A limit stands this far above the slowest call that was counted. */
const above = 3;
const leastStatementMs = 30_000;
const idleMs = 300_000;
const lockMs = 5_000;
/** Connections per core from which sessions only wait for each other. */
const crowded = 10;

/** statement_timeout, lock_timeout and idle_in_transaction_session_timeout of the application's roles, and the size of its pool. */
export function lookAtLimits(options: SettingsOptions): Looked {
  const { snapshot } = options;
  const drafts: Draft[] = [];
  const fine: Looked['fine'][number][] = [];
  for (const { role, slowestMs, calls } of busyRoles(options)) {
    const scope: Draft['scope'] = role === undefined ? { kind: 'database' } : { kind: 'role', role };
    const look = (name: string, ms: number, because: string, toMeasure: string): void => {
      const now =
        snapshot.settings.find((one) => one.name === name && one.role === role && role !== undefined) ??
        settingOf(snapshot, name);
      const value = msOf(now?.value);
      if (!now || value === undefined) return;
      if (value > 0) {
        fine.push({ name, now: now.value, because: `${role ?? 'Everybody'} has a limit.` });
        return;
      }
      drafts.push({
        name,
        scope,
        now: now.value,
        advised: rounded(ms),
        because,
        figures: [
          fact('slowest call counted', formatMs(slowestMs), 'measured'),
          fact('calls counted', String(calls), 'measured'),
        ],
        toMeasure,
        takesEffect: 'new sessions',
        source: manual,
      });
    };
    const longest = Math.max(leastStatementMs, slowestMs * above);
    look(
      'statement_timeout',
      longest,
      `Nothing ends a statement that hangs; the slowest one counted took ${formatMs(slowestMs)}.`,
      'The longest statement of a month, reports and exports of this role included: they need a limit of their own.',
    );
    look(
      'lock_timeout',
      Math.min(lockMs, longest),
      'Nothing ends the wait for a lock, and everybody who comes later waits behind it.',
      'How long calls wait for locks today (log_lock_waits), and that the application tries again.',
    );
    look(
      'idle_in_transaction_session_timeout',
      idleMs,
      'A session that forgets to end its transaction keeps its locks, and dead rows everywhere, for as long as it lives.',
      'The longest time between two statements of a transaction that is meant (pg_stat_activity.state_change).',
    );
  }
  const pool = lookAtPool(options);
  return { drafts: [...drafts, ...pool.drafts], fine: [...fine, ...pool.fine], limits: pool.limits };
}

/** Roles of the counted statements without superusers; one without a name where statements tell none. */
function busyRoles({ snapshot }: SettingsOptions): readonly {
  readonly role?: string;
  readonly slowestMs: number;
  readonly calls: number;
}[] {
  const supers = new Set(snapshot.roles.filter(({ superuser }) => superuser).map(({ name }) => name));
  const found = new Map<string | undefined, { slowestMs: number; calls: number }>();
  for (const { role, maxMs, calls } of snapshot.workload.statements) {
    if (role !== undefined && supers.has(role)) continue;
    const one = found.get(role) ?? { slowestMs: 0, calls: 0 };
    found.set(role, { slowestMs: Math.max(one.slowestMs, maxMs), calls: one.calls + calls });
  }
  return [...found].map(([role, figures]) => ({ ...(role === undefined ? {} : { role }), ...figures }));
}

function lookAtPool({ snapshot, machine }: SettingsOptions): Looked {
  const setting = settingOf(snapshot, 'max_connections');
  const now = Number(setting?.value);
  if (!setting || !Number.isFinite(now)) return { drafts: [], fine: [], limits: [] };
  const { cpus, disk } = machine;
  if (cpus === undefined)
    return {
      drafts: [],
      fine: [],
      limits: ['The cores of production’s server are not told: the size of a pool was not worked out.'],
    };
  const size = cpus * 2 + (disk === 'hdd' ? 4 : 1);
  const open = snapshot.activity.database['connections'];
  if (Math.max(now / cpus, 0) <= crowded && (open ?? 0) <= size * 2)
    return {
      drafts: [],
      fine: [
        {
          name: 'max_connections',
          now: setting.value,
          because: `No more than ${crowded} for each of ${cpus} cores.`,
        },
      ],
      limits: [],
    };
  return {
    drafts: [
      {
        name: 'pool size',
        scope: { kind: 'pooler' },
        now: `max_connections = ${setting.value}`,
        advised: String(size),
        because: `${setting.value} connections may run at once on ${cpus} cores; beyond about ${size} they wait for each other.`,
        figures: [
          fact('cores', String(cpus), 'assumed'),
          ...(open === undefined
            ? []
            : [fact('connections when the snapshot was taken', String(open), 'measured')]),
        ],
        toMeasure:
          'Active sessions (pg_stat_activity.state) in a busy hour, and calls a second while the pool shrinks step by step.',
        takesEffect: 'at once',
        source: wiki,
      },
    ],
    fine: [],
    limits: [],
  };
}

function rounded(ms: number): string {
  return ms >= 60_000 ? `${Math.ceil(ms / 60_000)}min` : `${Math.ceil(ms / 1000)}s`;
}
