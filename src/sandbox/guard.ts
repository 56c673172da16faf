import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DbdError } from '../base/error.ts';
import type { Account } from './place.ts';

/**
 * Starts the server, waits for our end, and removes everything. It blocks reading a pipe that we hold, so it notices our end however it
 * comes. A line `serve` runs ./serve; a line `keep <seconds>` lets the sandbox outlive us; TERM or the pipe's end ends it. Processes that outlive
 * their server are known by their working folder, and the shared memory they map goes with them.
 */
const script = `
run=$1 sockets=$2 signal=$3 server= nap= mapped=
trap '' HUP INT QUIT PIPE
serving() { if [ -d /proc/self ]; then [ "/proc/$server/cwd" -ef "$run/data" ]; else kill -0 "$server" 2>/dev/null; fi; }
killall() { for process in /proc/[0-9]*; do
  if [ "$process/cwd" -ef "$run/data" ] || [ "$process/cwd" -ef "$run" ]; then
    found=1 mapped="$mapped $(sed -n 's|.* \\(/dev/shm/[^ ]*\\)$|\\1|p' "$process/maps" 2>/dev/null)"
    kill -KILL "\${process#/proc/}" 2>/dev/null
  fi
done; }
end() {
  trap '' TERM
  cd /
  [ -z "$nap" ] || kill "$nap" 2>/dev/null
  [ -n "$server" ] || read -r server <"$run/data/postmaster.pid" 2>/dev/null
  [ -z "$server" ] || ! serving || kill "-$signal" "$server" 2>/dev/null
  turn=0
  while [ -n "$server" ] && serving && [ $turn -lt 300 ]; do sleep 0.01; turn=$((turn + 1)); done
  if [ -d /proc/self ]; then found=1; while [ -n "$found" ]; do found=; killall; done; elif [ -n "$server" ]; then kill -KILL "$server" 2>/dev/null; fi
  [ -z "$mapped" ] || rm -f $mapped
  [ ! -f "$run/residue" ] || while read -r kind id; do
    case $kind in file) rm -f "$id" ;; shared-memory) ipcrm -m "$id" ;; esac
  done <"$run/residue" 2>/dev/null
  turn=0
  until rm -rf "$run" "$sockets" 2>/dev/null || [ $turn -gt 50 ]; do sleep 0.05; turn=$((turn + 1)); done
  exit 0
}
trap end TERM
while read -r word value; do
  case $word in
    serve)
      sh ./serve </dev/null >>log 2>&1 &
      server=$!
      echo "$server" >&3
      exec 3>&- ;;
    watch) server=$value ;;
    keep) sleep "$value" </dev/null >/dev/null 2>&1 3>&- & nap=$!; wait "$nap"; break ;;
  esac
done
end
`;

/** The process that outlives us by moments to clean up after us. */
export interface Guard {
  readonly pid: number;
  /** Runs the file `serve` of the sandbox's folder; resolves with the server's process id. */
  serve(): Promise<number>;
  /** Watches a server that another guard started. */
  watch(server: number): void;
  /** From now on the sandbox lives for so many seconds, without us. */
  keep(seconds: number): void;
  /** Lets go: the guard ends the server and removes the folders; resolves when it is gone. */
  release(): Promise<void>;
  /** Resolves when the guard ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Resolves when the server and all its processes are gone. */
  readonly serverGone: Promise<void>;
}

/** Starts a guard in the sandbox's folder, in a session of its own so that a terminal's Ctrl-C does not reach it. */
export function startGuard(options: {
  readonly run: string;
  readonly sockets: string;
  readonly signal: string;
  readonly account: Account | undefined;
}): Guard {
  const { run, sockets, signal, account } = options;
  const child = spawn('sh', ['-c', script, 'dbd-guard', run, sockets, signal], {
    cwd: run,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    env: environment(),
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  const input = child.stdin as Writable;
  const facts = child.stdio[3] as Readable;
  input.on('error', () => undefined);
  // Neither the guard nor its pipes keep our process running: when it ends, the guard cleans up.
  child.unref();
  unref(input);
  unref(facts);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const { first, gone } = read(facts, child);
  return {
    pid: child.pid ?? 0,
    async serve() {
      child.ref();
      input.write('serve\n');
      return first.finally(() => child.unref());
    },
    watch: (server) => void input.write(`watch ${server}\n`),
    keep: (seconds) => void input.write(`keep ${Math.ceil(seconds)}\n`),
    async release() {
      input.end();
      child.ref();
      await ended;
    },
    ended,
    serverGone: gone,
  };
}

function unref(stream: Readable | Writable): void {
  (stream as unknown as { unref?(): void }).unref?.();
}

function read(facts: Readable, child: ChildProcess): { first: Promise<number>; gone: Promise<void> } {
  let text = '';
  facts.setEncoding('utf8');
  const gone = new Promise<void>((resolve) => {
    facts.once('close', () => resolve());
    facts.once('error', () => resolve());
  });
  const first = new Promise<number>((resolve, reject) => {
    facts.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n')) resolve(Number.parseInt(text, 10));
    });
    child.once('error', reject);
    facts.once('close', () =>
      reject(
        new DbdError(
          'sandbox.start',
          'The process that guards the sandbox ended before the server started.',
          { hint: 'Run the command again.' },
        ),
      ),
    );
  });
  first.catch(() => undefined);
  return { first, gone };
}

/** The server sees nothing of our environment: no credentials, no PG* variables, English messages. */
function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
