/** Sees what a statement really does, from outside the session that runs it. */
import type { HeldLock, Seen, Session, Watch, Watcher } from '../../engine/model.ts';
import { connect } from './connect.ts';
import { shown, strongest, type LockRow } from './lock-modes.ts';
import { logLength, readFacts, type LogFact } from './server-log.ts';

/** Opens watchers; each holds one superuser connection to the database it watches. */
export const watch: Watch = {
  async open(adminUrl, serverLog) {
    const session = await connect(adminUrl, { application: 'dbd watch' });
    return watcher(session, serverLog);
  },
};

// relfilenode of mapped catalogs is 0 and they are left out anyway; 'm' and 'r' are what can be rewritten.
const filesQuery = `
  SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS wal,
         (SELECT coalesce(string_agg(c.oid || ' ' || c.relfilenode || ' ' || n.nspname || '.' || c.relname, E'\\n'), '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') AS files`;

const locksQuery = `
  SELECT l.relation::int8::text AS oid, l.mode, n.nspname || '.' || c.relname AS relation, c.relkind AS kind,
         (SELECT i.indrelid::int8::text FROM pg_index i WHERE i.indexrelid = l.relation) AS "of"
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE l.pid = $1 AND l.locktype = 'relation' AND l.granted
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

interface State {
  readonly offset: number;
  readonly wal: number;
  readonly files: ReadonlyMap<string, { readonly node: string; readonly name: string }>;
}

function watcher(session: Session, serverLog: string): Watcher {
  async function state(): Promise<State> {
    const [offset, { rows }] = await Promise.all([
      logLength(serverLog),
      session.query<{ wal: string; files: string }>(filesQuery),
    ]);
    return { offset, wal: Number(rows[0]!.wal), files: filesOf(rows[0]!.files) };
  }

  async function locks(pid: number): Promise<readonly LockRow[]> {
    const { rows } = await session.query<{
      oid: string;
      mode: string;
      relation: string;
      kind: string;
      of: string | null;
    }>(locksQuery, [pid]);
    return rows;
  }

  return {
    async before() {
      return { at: performance.now(), state: await state() };
    },

    async after(pid, mark) {
      const then = mark.state as State;
      const [held, now, facts] = await Promise.all([
        locks(pid),
        state(),
        readFacts(serverLog, then.offset, pid),
      ]);
      return seen(shown(strongest(held)), facts, then, now);
    },

    async rewritten(mark) {
      return changedFiles((mark.state as State).files, (await state()).files);
    },

    async sample(pid, everyMs) {
      const all: LockRow[] = [];
      let stopped = false;
      const loop = (async () => {
        while (!stopped) {
          all.push(...(await locks(pid)));
          // A long build would otherwise collect the same few rows for minutes.
          if (all.length > 500) all.splice(0, all.length, ...strongest(all));
          await new Promise((resolve) => setTimeout(resolve, everyMs));
        }
      })();
      // Until stop() awaits it, a lost connection must not become an unhandled rejection.
      loop.catch(() => {});
      return {
        async stop() {
          stopped = true;
          await loop;
          return shown(strongest(all));
        },
      };
    },

    close: () => session.close(),
  };
}

function filesOf(text: string): State['files'] {
  const files = new Map<string, { readonly node: string; readonly name: string }>();
  for (const line of text.split('\n')) {
    const [oid, node, ...name] = line.split(' ');
    if (oid && node) files.set(oid, { node, name: name.join(' ') });
  }
  return files;
}

/** Tables that existed on both sides and have another file now. */
function changedFiles(then: State['files'], now: State['files']): string[] {
  return [...now].flatMap(([oid, file]) => {
    const before = then.get(oid);
    return before && before.node !== file.node ? [before.name] : [];
  });
}

function seen(locks: readonly HeldLock[], facts: readonly LogFact[], then: State, now: State): Seen {
  const rewrites = new Set(changedFiles(then.files, now.files));
  const scans = new Set<string>();
  const skipped = new Set<string>();
  const names = [...new Set([...then.files.values()].map((file) => file.name))];
  for (const fact of facts) {
    if (fact.kind === 'foreign key') {
      scans.add(`foreign key ${fact.constraint} validated`);
      continue;
    }
    const table = resolve(fact.table, names, locks);
    // A table that was not there before the statement's transaction is new: nobody waits for it.
    if (!table) continue;
    if (fact.kind === 'rewritten') rewrites.add(table);
    else if (fact.kind === 'verified') scans.add(`${table} verified`);
    else if (fact.kind === 'index built') scans.add(`index ${fact.index} built on ${table}`);
    else skipped.add(`${table}: ${fact.text}`);
  }
  return {
    locks,
    rewrites: [...rewrites].sort(),
    scans: [...scans],
    skipped: [...skipped],
    walBytes: Math.max(0, now.wal - then.wal),
  };
}

/** The log names tables without their schema: of equal names the locked one is meant. */
function resolve(table: string, names: readonly string[], locks: readonly HeldLock[]): string | undefined {
  const same = names.filter((name) => name.slice(name.indexOf('.') + 1) === table);
  return same.find((name) => locks.some((lock) => lock.relation === name)) ?? same[0];
}
