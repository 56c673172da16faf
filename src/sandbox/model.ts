/** Disposable servers: nouns. */
import type { CollationLocale, WantedExtension } from '../engine/model.ts';

export interface ServerRequest {
  /** Folder of binaries or a superuser URL that the user named. */
  readonly named?: string;
  /** Major version of production; undefined takes the bundled one. */
  readonly major?: number;
  /** Server settings, for example shared_buffers. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A data folder that comes from elsewhere, and how to get into the server that runs on it. */
export interface RestoreRequest extends ServerRequest {
  /** Fills the folder, and tells each folder that it makes; what it throws ends the start. */
  fill(data: string, own: (folder: string) => void): Promise<void>;
  /** Name of a superuser of the restored server, which keeps its own roles. */
  readonly superuser: string;
  readonly database: string;
  /** Milliseconds that its recovery may take. */
  readonly readyMs: number;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
  /** Turns the log of a server that did not come up into a better error; it may throw. */
  explain(log: string): void;
}

/** A running server on a restored data folder. */
export interface RestoredServer {
  readonly id: string;
  readonly provider: string;
  /** `PostgreSQL 18.4`. */
  readonly server: string;
  /** A superuser's address, on the database that was asked for. */
  readonly url: string;
  /** Milliseconds until the folder was filled, and from then until the server took connections. */
  readonly filledMs: number;
  readonly recoveredMs: number;
  /** Lets it outlive this process for so many seconds. */
  keep(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** A running disposable server. */
export interface Sandbox {
  readonly id: string;
  /** `bundled`, `installed`, `named folder`, `named server`, `downloaded`. */
  readonly provider: string;
  /** `PostgreSQL 18.4`. */
  readonly server: string;
  readonly serverVersion: number;
  /** The file the server logs to. */
  readonly log: string;
  /** Name of the unprivileged role that owns foreign SQL's objects. */
  readonly owner: string;
  /** Extensions the server could install. */
  readonly extensions: readonly string[];
  /** Makes a database owned by the unprivileged role; `from` clones another one of this sandbox (nobody may be connected to it). */
  createDatabase(options?: {
    readonly name?: string;
    readonly from?: SandboxDatabase;
    readonly locale?: Locale;
  }): Promise<SandboxDatabase>;
  dropDatabase(database: SandboxDatabase): Promise<void>;
  /** Makes a role without any right that can sign in, for trials; dropped at the end at the latest. */
  createRole(): Promise<SandboxRole>;
  /** Databases that gave it rights must be dropped before. */
  dropRole(role: SandboxRole): Promise<void>;
  /** Installs an extension from the allow-list as superuser; fails with `sql.refused` for others. */
  installExtension(database: SandboxDatabase, name: string, wanted?: WantedExtension): Promise<void>;
  /** Switches between disposable speed (off) and production-like durability (on: fsync, synchronous commit, full pages). */
  durable(on: boolean): Promise<void>;
  /** Starts a second server that follows this one; its readers are cancelled once they hold it up for `delayMs`. Absent on servers whose files are not ours to copy. */
  readonly follow?: (options: FollowRequest) => Promise<Follower>;
  /** Starts a copy of the whole server, databases and roles, with other settings; it must be stopped by itself. Absent where `follow` is. */
  readonly copy?: (request: CopyRequest) => Promise<SandboxCopy>;
  /** Starts a pooler that hands server sessions out per transaction, in front of the owner's address of a database; undefined where none is installed. Absent where `follow` is. */
  readonly pool?: (database: SandboxDatabase) => Promise<Pool | undefined>;
  /** Lets the sandbox outlive this process for so many seconds, with one database; `dbd sandbox stop` ends it sooner. `holds` says what a twin is a twin of. */
  keep(seconds: number, database: SandboxDatabase, holds?: string): Promise<void>;
  /** Removes server and folder; safe to call twice. */
  stop(): Promise<void>;
}

export interface FollowRequest {
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

/** A pooler in front of a database; it must be stopped before the database is dropped. */
export interface Pool {
  /** `pgbouncer 1.18.0`. */
  readonly title: string;
  readonly url: string;
  stop(): Promise<void>;
}

export interface CopyRequest {
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A sandbox that was copied from another one. */
export interface SandboxCopy extends Sandbox {
  /** The copy of a database of the original. */
  counterpart(database: SandboxDatabase): SandboxDatabase;
  /** Kills the server's session of this process number, as the system does when memory is out: the server loses all sessions and recovers. Resolves when it takes connections again. */
  crash(pid: number): Promise<void>;
  /** Ends the server's session of this process number, as an administrator does. */
  terminate(pid: number): Promise<void>;
}

/** A read-only standby of a sandbox; it must be stopped before the sandbox is. */
export interface Follower {
  /** What it calls itself on the leader. */
  readonly name: string;
  /** Milliseconds until it took readers, its copy included. */
  readonly startedMs: number;
  /** A superuser's address of a database on it. */
  url(database: SandboxDatabase): string;
  stop(): Promise<void>;
}

export type Locale = CollationLocale;

/** A role that can be become by signing in. */
export interface SandboxRole {
  readonly name: string;
  url(database: SandboxDatabase): string;
}

export interface SandboxDatabase {
  readonly name: string;
  /** For everything that is not ours: NOSUPERUSER owner. */
  readonly ownerUrl: string;
  /** For watching and preparing only. */
  readonly adminUrl: string;
}
