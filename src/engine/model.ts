/** The contract an engine fulfils: everything that is true of one database product only. */
import type { Catalog, Name } from '../catalog/model.ts';
import type { Addresses } from './address/model.ts';
import type { Backups } from './backup/model.ts';
import type { Contention } from './contention/model.ts';
import type { Describe } from './describe/model.ts';
import type { Guidance } from './guidance/model.ts';
import type { Partitions } from './partition/model.ts';
import type { Rights } from './rights/model.ts';
import type { SeedSql } from './seed/model.ts';

/** One connection. */
export interface Session {
  /** The server's id of this session. */
  readonly pid: number;
  /** Server version as a number: 180004. */
  readonly serverVersion: number;
  /** Runs one statement through the extended protocol; the only way for SQL that we did not write. Throws `SqlError`. */
  query<R extends Record<string, unknown> = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<Rows<R>>;
  /** Runs our own text of several statements through the simple protocol. */
  run(sql: string): Promise<void>;
  /** Asks the server to cancel what this session is running. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

export interface Rows<R> {
  readonly rows: readonly R[];
  /** Rows returned or affected. */
  readonly count: number;
}

export interface ConnectOptions {
  readonly application?: string;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Every transaction is read-only. */
  readonly readOnly?: boolean;
  /** Server settings for the session. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Engine {
  readonly name: string;
  readonly title: string;
  readonly quote: Quote;
  readonly grammar: Grammar;
  readonly online: Online;
  readonly types: Types;
  readonly watch: Watch;
  readonly fill: FillSql;
  readonly stats: Stats;
  readonly probe: Probe;
  readonly locking: Locking;
  readonly launch: Launch;
  readonly record: Recorder;
  readonly admin: Admin;
  readonly intake: Intake;
  readonly partitions: Partitions;
  readonly rights: Rights;
  readonly seed: SeedSql;
  readonly addresses: Addresses;
  readonly backups: Backups;
  readonly contention: Contention;
  readonly describe: Describe;
  readonly guidance: Guidance;
  connect(url: string, options?: ConnectOptions): Promise<Session>;
  /** Reads the whole catalog except the server's own schemas; independent of every planner. */
  inspect(session: Session): Promise<Catalog>;
  /** Statements that turn the first database into the second; a starting point that the witness judges. Both are superuser URLs of sandbox databases (or a read-only source as `to`). */
  compare(fromUrl: string, toUrl: string): Promise<Comparison>;
}

/** Brings a structure that exists elsewhere into a sandbox database. */
export interface Intake {
  /**
   * Runs a text of SQL (schema file, dump with COPY data) statement by statement as the role of the URL. What belongs to the whole server
   * or to other roles is left out and told; throws `SqlError` naming place, line and statement, `sql.refused` for what no file may do.
   */
  script(url: string, options: ScriptOptions): Promise<ScriptResult>;
  /** Makes a structure that was read elsewhere in an empty database, as the role of the URL; owners and grants are not carried over. */
  rebuild(url: string, catalog: Catalog, options: Omit<ScriptOptions, 'text'>): Promise<ScriptResult>;
  /** Copies the rows of migration tools' own history tables, and of no others; missing tables are passed over. */
  history(from: Session, to: Session, catalog: Catalog): Promise<readonly CopiedRows[]>;
}

export interface CopiedRows {
  readonly table: Name;
  readonly rows: number;
  /** Why nothing was copied, when the source refused. */
  readonly refused?: string;
}

export interface ScriptOptions {
  readonly text: string;
  /** What messages call the text: the path of its file. */
  readonly place: string;
  readonly statementTimeoutMs?: number;
  /** Installs an extension, into a schema when one is named; rejects when the server cannot. */
  installExtension(name: string, schema?: string): Promise<void>;
}

export interface ScriptResult {
  readonly statements: number;
  /** Rows that COPY blocks loaded. */
  readonly rows: number;
  /** What was not run, why and where: `2 statements that change owners (line 40)`. */
  readonly leftOut: readonly string[];
}

export interface Comparison {
  readonly statements: readonly string[];
  /** Objects that the comparison does not model, by name. */
  readonly unsupported: readonly string[];
}

export interface Quote {
  identifier(name: string): string;
  /** `schema.name`, without the schema when it is the default one. */
  name(name: Name): string;
  literal(value: unknown): string;
  /** Whether a word cannot name a table or a column without quotes. */
  reserved(word: string): boolean;
  /** Longest identifier in bytes. */
  readonly maxBytes: number;
}

/** One statement of a SQL text. */
export interface Statement {
  /** Text without the final semicolon, comments before it included. */
  readonly sql: string;
  /** Offset of the text in its source, in characters. */
  readonly offset: number;
  /** Kind of the parse tree's node, for example `AlterTableStmt`. */
  readonly kind: string;
  /** The engine's own parse tree. */
  readonly tree: unknown;
}

export interface Grammar {
  /** Must have resolved once before the other functions are called. */
  ready(): Promise<void>;
  /** Splits and parses; throws `SqlError` with code `sql.syntax` and the position. */
  split(sql: string): readonly Statement[];
  /** Replaces `:name` by `$1…` and returns the names in order; text in quotes, comments and `::` casts stay. A text with `$1…` keeps them, named `1`, `2` …. */
  parameters(sql: string): { readonly sql: string; readonly names: readonly string[] };
  /** What a query reads and writes, for index candidates and parameter values. `:name` is accepted. */
  shape(sql: string): QueryShape;
  /** Tables whose definition or rows the statement changes, as written; the schema is empty when the text gives none. */
  touches(statement: Statement): readonly Name[];
  /** Why a statement of a task or a migration is refused before it is sent, if it is: COPY … PROGRAM, ALTER SYSTEM … */
  refusal(statement: Statement): string | undefined;
  /** The server runs it outside transactions only: CREATE INDEX CONCURRENTLY, VACUUM. */
  outsideTransaction(statement: Statement): boolean;
}

/** What one query does, resolved to tables as far as its text tells. */
export interface QueryShape {
  readonly kind: 'read' | 'insert' | 'update' | 'delete' | 'other';
  readonly tables: readonly { readonly table: string; readonly alias: string }[];
  readonly predicates: readonly Predicate[];
  /** Columns of ORDER BY in order, where they are plain columns. */
  readonly order: readonly {
    readonly alias: string;
    readonly column: string;
    readonly descending: boolean;
  }[];
  readonly group: readonly { readonly alias: string; readonly column: string }[];
  readonly limit: boolean;
  /** Columns the query reads, per alias; `*` when all. */
  readonly reads: readonly { readonly alias: string; readonly column: string }[];
  /** Columns that INSERT … VALUES or SET fills from a named parameter. */
  readonly sets?: readonly { readonly alias: string; readonly column: string; readonly parameter: string }[];
}

export interface Predicate {
  readonly alias: string;
  readonly column: string;
  /** `other`: they meet in a way that no plain index serves (`<>`, `lower(column) = …`). */
  readonly operator: 'equal' | 'in' | 'range' | 'like' | 'null' | 'join' | 'contains' | 'other';
  /** The named parameter on the other side. */
  readonly parameter?: string;
  /** The constant on the other side, as text, if it is one. */
  readonly constant?: string;
  /** The joined column on the other side. */
  readonly joins?: { readonly alias: string; readonly column: string };
}

/** How a statement is carried out so that nobody waits; and what it does, as far as its text tells. */
export interface Online {
  /** Turns one naive statement into one or more drafts of steps; throws `change.refused` for what cannot be carried over. */
  forms(statement: Statement, context: OnlineContext): readonly StepDraft[];
  /** Takes a statement of several commands apart: `ALTER TABLE … ADD …, DROP …` becomes one part each; other statements are their own only part. */
  parts(statement: Statement): readonly StatementPart[];
}

/** One command of a statement, as a statement of its own. */
export interface StatementPart {
  readonly sql: string;
  /** The column or table it adds or drops. */
  readonly object?: {
    readonly kind: 'add' | 'drop';
    readonly table: Name;
    /** Undefined when the whole table comes or goes. */
    readonly column?: string;
    /** Type as written, of an added column. */
    readonly type?: string;
  };
}

export interface OnlineContext {
  readonly before: Catalog;
  /** Tables made earlier in the same change: nobody uses them yet, so plain forms do. Keys are `schema.name`. */
  readonly fresh: ReadonlySet<string>;
  readonly serverVersion: number;
  /** Texts of the statements given before this one, in order: the catalog does not know what they make. */
  readonly earlier?: readonly string[];
  readonly lockTimeoutMs: number;
}

export interface StepDraft {
  readonly sql: string;
  readonly phase: 'expand' | 'backfill' | 'contract';
  readonly transaction: boolean;
  /** The statement that takes it back; undefined when the whole comparison has to find it, null when nothing can. */
  readonly undo?: string | null;
  /** Undo runs outside transactions. */
  readonly undoOutside?: boolean;
  readonly reason: string;
  readonly destructive?: string;
  /** A read-only query that must return no row on the real data for the step to succeed. */
  readonly probe?: string;
  /** One batch of a loop that is repeated until it affects no row. */
  readonly batched?: boolean;
  /** The form is the statement as it was written, and nobody has to know why. */
  readonly ordinary?: boolean;
  /** Columns or tables that later statements must not use before this step; `*` stands for all of the tables it touches. */
  readonly concerns?: readonly string[];
}

export interface Types {
  /** Kind of values of a formatted column type, for generating rows and choosing operators. */
  family(type: string): TypeFamily;
}

export type TypeFamily =
  | 'integer'
  | 'number'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'instant'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'bytes'
  | 'array'
  | 'enum'
  | 'range'
  | 'network'
  | 'other';

/** Sees what a statement really does, from outside the session that runs it. */
export interface Watch {
  /** Opens a watcher on a sandbox database; `adminUrl` is a superuser's. */
  open(adminUrl: string, serverLog: string): Promise<Watcher>;
}

export interface Watcher {
  /** State before a statement of the session with this pid. */
  before(pid: number): Promise<Mark>;
  /** What happened since the mark, read while the session's transaction is still open. */
  after(pid: number, mark: Mark): Promise<Seen>;
  /** Tables whose storage changed since the mark and is committed; finds rewrites that the server does not tell before the commit (TRUNCATE, CLUSTER, REFRESH). */
  rewritten(mark: Mark): Promise<readonly string[]>;
  /** Samples the locks of a session that runs outside a transaction until stopped. */
  sample(pid: number, everyMs: number): Promise<{ stop(): Promise<readonly HeldLock[]> }>;
  close(): Promise<void>;
}

/** Opaque state between `before` and `after`. */
export interface Mark {
  readonly at: number;
  readonly state: unknown;
}

export interface HeldLock {
  /** `schema.relation`. */
  readonly relation: string;
  /** `ACCESS EXCLUSIVE`, `SHARE UPDATE EXCLUSIVE` … */
  readonly mode: string;
}

export interface Seen {
  /** Locks held on user relations at the statement's end, strongest per relation, catalogs left out. */
  readonly locks: readonly HeldLock[];
  /** Tables that got new storage, by file node and DEBUG1 message. */
  readonly rewrites: readonly string[];
  /** Full reads: `public.users verified`, `index i built on t`, `foreign key f validated`. */
  readonly scans: readonly string[];
  /** Proofs that let the server skip a scan. */
  readonly skipped: readonly string[];
  readonly walBytes: number;
}

/** SQL that makes rows inside the server. */
export interface FillSql {
  /** One statement (or a few) that fills a table according to the plan; runs as the owner with user triggers off. */
  statements(plan: FillPlan): readonly string[];
  /** Reads what the catalog's text does not tell about columns: base types below domains, labels, elements, checks of domains. */
  facts(session: Session, tables: readonly Name[]): Promise<readonly FillFacts[]>;
  /** Ways to make a column's values, most plausible first; empty when nothing is known about the type. */
  values(request: ValueRequest): readonly Make[];
  /** Values of the same type that lie a little after another expression's, for pairs such as begin and end. */
  after(expression: string, fact: FillFact): string | undefined;
  /** A pseudo-random integer in [0, below) that depends on `n` and the seed only. */
  spread(n: string, seed: number, below: number): string;
  /** A Zipf-distributed rank in [0, below) that depends on `n` and the seed only. */
  zipf(n: string, seed: number, below: number, exponent: number): string;
  /** What a session runs, as superuser and for one role and database, so that foreign keys and triggers rest while rows of that role are loaded; and what takes it back. */
  rest(role: string, database: string): { readonly on: string; readonly off: string };
  /** Moves the sequences and identities of a table behind its greatest value. */
  advance(session: Session, table: Name): Promise<void>;
  /** Gives freshly loaded tables the statistics and the visibility that a running server would have given them. */
  settle(session: Session, tables: readonly Name[]): Promise<void>;
}

/** Makes an expression from the text that stands for the row's number. */
export type Make = (n: string) => string;

export interface FillFacts {
  readonly table: Name;
  readonly columns: readonly FillFact[];
}

export interface FillFact {
  readonly name: string;
  /** The declared type. */
  readonly type: string;
  /** The type below all domains, with its length or precision. */
  readonly base: string;
  readonly family: TypeFamily;
  /** Labels of an enum, in order. */
  readonly labels: readonly string[];
  /** The element of an array. */
  readonly element?: {
    readonly base: string;
    readonly family: TypeFamily;
    readonly labels: readonly string[];
  };
  /** Types of a composite's attributes. */
  readonly attributes: readonly string[];
  /** Conditions of the type's domains over `VALUE`. */
  readonly checks: readonly string[];
}

export interface ValueRequest {
  readonly fact: FillFact;
  readonly seed: number;
  /** Values must differ for different numbers. */
  readonly distinct: boolean;
  /** The greatest number a row will have. */
  readonly rows: number;
  /** Share of the time window that lies before the row, in [0, 1]. */
  readonly fraction: Make;
  /** End of the time window, ISO text; and its length. */
  readonly until: string;
  readonly windowDays: number;
  readonly examples: readonly unknown[];
  readonly weights?: Readonly<Record<string, number>>;
  readonly exponent?: number;
  /** Literals, numbers that the table's conditions on this column mention. */
  readonly literals: readonly string[];
  readonly numbers: readonly number[];
  /** Lower and upper ends of the partitions the column decides about, as literals; lists have equal ends. */
  readonly bounds: readonly { readonly from: string; readonly to: string }[];
}

export interface FillPlan {
  readonly table: Name;
  /** Numbers of the rows to make, from inclusive, to exclusive; equal numbers give equal rows for equal seeds. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  readonly columns: readonly FillColumn[];
}

export interface FillColumn {
  readonly name: string;
  readonly type: string;
  /** SQL expression over the row's number `n` (bigint). */
  readonly expression: string;
}

/** Figures of a database. */
export interface Stats {
  analyze(session: Session, tables: readonly Name[]): Promise<void>;
  /** Bytes and estimated rows per table and index. */
  sizes(session: Session): Promise<
    readonly {
      readonly name: Name;
      readonly kind: 'table' | 'index';
      readonly table: string;
      readonly bytes: number;
      readonly rows: number;
    }[]
  >;
  /** Plan of a query with these parameter values: run for real when `execute`. */
  explain(session: Session, sql: string, values: readonly unknown[], execute: boolean): Promise<PlanFacts>;
  /** Pages of tables and indexes and rows of tables that the session's open transaction has touched so far, by triggers too; differences of two readings count. */
  touched(session: Session): Promise<{ readonly pages: number; readonly rows: number }>;
  /** A statement that changes nothing, and whose commit waits for the disk all the same. */
  readonly emptyCommit: string;
}

export interface PlanFacts {
  readonly totalCost: number;
  /** Actual rows of the top node; undefined when not executed. */
  readonly rows?: number;
  /** Rows that were read from tables and passed their conditions, over all of the plan's scans; undefined when not executed or when no table was scanned. */
  readonly met?: number;
  /** Rows that all nodes together passed on or threw away, over all their loops; undefined when not executed. */
  readonly processed?: number;
  readonly executionMs?: number;
  readonly planningMs?: number;
  readonly sharedHit?: number;
  readonly sharedRead?: number;
  /** Node types with relation and index: `Index Scan analytics_events using …`. */
  readonly nodes: readonly string[];
  readonly indexes: readonly string[];
  readonly tree: unknown;
}

/** Looks at rows: values for a query's parameters, and fingerprints that tell whether rows survived. */
export interface Probe {
  /** Types of a statement's `$n` parameters as the server infers them; throws `SqlError` when it cannot be prepared. */
  parameterTypes(session: Session, sql: string): Promise<readonly string[]>;
  /** Values, as text, of these columns in rows drawn at random (equal seeds give equal rows); rows with a null are left out, fewer come back when there are fewer. */
  draw(
    session: Session,
    table: Name,
    columns: readonly string[],
    count: number,
    seed: number,
  ): Promise<readonly (readonly string[])[]>;
  /** Values, as text, of an SQL expression over `n` = 1 … count. */
  evaluate(session: Session, expression: string, count: number): Promise<readonly (string | null)[]>;
  /** A type as the server writes it in its catalog: `varchar(9)` is `character varying(9)`. Throws `SqlError` when there is none. */
  formattedType(session: Session, type: string): Promise<string>;
  /** Views and materialised views that read a column, views over them included. */
  viewsOver(session: Session, table: Name, column: string): Promise<readonly Name[]>;
  /** A value, as text, that any column of this type accepts. */
  anyValue(type: string, n: number): string | undefined;
  /** Prepares a statement with `$n` parameters in the session under a name. */
  prepare(session: Session, name: string, sql: string): Promise<void>;
  /** Runs a prepared statement with values. */
  execute(session: Session, name: string, values: readonly unknown[]): Promise<void>;
  /** The statement with its `$n` parameters written as literals, as the simple protocol sends it. */
  inline(sql: string, values: readonly unknown[]): string;
  /** Rows of a table and one hash of these columns' values over all rows, independent of the rows' order. */
  fingerprint(
    session: Session,
    table: Name,
    columns: readonly string[],
  ): Promise<{ readonly rows: number; readonly hash: string }>;
}

/** How long a statement waits for a lock. */
export interface Locking {
  /** Statement that limits the wait, 0 for no limit; for the open transaction or for the session. */
  limit(ms: number, scope: 'transaction' | 'session'): string;
  /** The error says that a lock was not granted in time (or that a deadlock was broken), so trying again makes sense. */
  retryable(error: unknown): boolean;
}

/** What the sandbox room has to know to start disposable servers; it owns processes and folders, the engine owns what is in them. */
export interface Launch {
  /** Accounts to run a server under when we are root, which the server refuses; best first. */
  readonly accounts: readonly string[];
  /** Packages of other versions that can be fetched; checksums are pinned. */
  readonly packages: readonly ServerPackage[];
  /** Version of the binaries in a folder (`18.4`), or undefined when there is no usable server. */
  version(binaries: string): Promise<string | undefined>;
  /** Places that may hold binaries, best first: `named` alone when given, else by `major`; `packages` is the folder that holds fetched packages. */
  candidates(search: {
    readonly named?: string;
    readonly major?: number;
    readonly packages: string;
  }): Promise<readonly Candidate[]>;
  /** Command that makes a data folder, and settings that its result depends on besides the version; `secretFile` holds the superuser's password. */
  init(options: {
    readonly binaries: string;
    readonly version: string;
    readonly data: string;
    readonly secretFile: string;
  }): ServerCommand;
  /** Configuration files of a data folder: path below it, text, and whether it is added to what is there. */
  configure(
    options: LaunchOptions,
  ): Promise<readonly { readonly path: string; readonly text: string; readonly append: boolean }[]>;
  /** Folders below the data folder in which each database gets a folder of its own. */
  readonly spread: readonly string[];
  /** Command that runs the server in the foreground. */
  serve(options: { readonly binaries: string; readonly data: string }): ServerCommand;
  /** Longest path of a socket file below `sockets`. */
  socketName(port: number): string;
  /** URL of a role on a started server. */
  url(options: {
    readonly sockets: string;
    readonly port: number;
    readonly user: string;
    readonly password?: string;
    readonly database: string;
  }): string;
  /** Kernel objects that a killed server leaves outside its folder, to be removed with it; read while it runs. */
  residue(options: { readonly data: string; readonly pid: number }): Promise<readonly Residue[]>;
}

export interface Candidate {
  /** `bundled`, `installed`, `named folder`, `downloaded`. */
  readonly provider: string;
  /** Folder of the binaries. */
  readonly folder: string;
  /** Folder that holds everything the binaries need; it may be copied as a whole. */
  readonly root: string;
  /** Links below `root` that must exist: link → the file it leads to, both relative to `root`. */
  readonly links: readonly { readonly link: string; readonly file: string }[];
  readonly major?: number;
}

export interface ServerPackage {
  readonly major: number;
  readonly version: string;
  /** `linux-x64`. */
  readonly platform: string;
  /** Name in the package registry. */
  readonly name: string;
  /** Subresource integrity of the archive: `sha512-…`. */
  readonly integrity: string;
}

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Residue {
  readonly kind: 'file' | 'shared-memory';
  readonly id: string;
}

export interface LaunchOptions {
  readonly binaries: string;
  readonly version: string;
  readonly data: string;
  readonly sockets: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Administers a disposable server as its superuser; only the sandbox room calls it. */
export interface Admin {
  /** Name of the superuser of servers that we start. */
  readonly superuser: string;
  /** Database of a fresh server to connect to. */
  readonly maintenance: string;
  /** Makes the role that may own objects and nothing else. */
  makeOwner(session: Session, owner: string, password?: string): Promise<void>;
  /** Makes a role that may sign in and has no right of its own. */
  makeRole(session: Session, name: string, password?: string): Promise<void>;
  createDatabase(
    session: Session,
    options: {
      readonly name: string;
      readonly owner: string;
      readonly from?: string;
      readonly locale?: { readonly provider: 'builtin' | 'icu' | 'libc'; readonly locale: string };
    },
  ): Promise<void>;
  /** Gives the owner what it needs inside a new database; the session is connected to it as superuser. */
  handOver(session: Session, owner: string): Promise<void>;
  dropDatabase(session: Session, name: string): Promise<void>;
  dropRole(session: Session, name: string): Promise<void>;
  /** Extensions of the allow-list that this server has. */
  extensions(session: Session): Promise<readonly string[]>;
  /** Whether the extension is on the allow-list. */
  allowed(extension: string): boolean;
  installExtension(session: Session, name: string): Promise<void>;
  /** Switches between disposable speed and production's durability for the whole server. */
  durable(session: Session, on: boolean): Promise<void>;
  /** Notes on a role or database of a server that is not ours whose process it belongs to. */
  mark(session: Session, kind: 'role' | 'database', name: string, owner: string): Promise<void>;
  /** Roles and databases that carry such a note. */
  marked(
    session: Session,
  ): Promise<
    readonly { readonly kind: 'role' | 'database'; readonly name: string; readonly owner: string }[]
  >;
}

/** Stands between a foreign program and a sandbox database and writes down what each of its statements did. */
export interface Recorder {
  /** Listens on 127.0.0.1 until closed; throws `connect.refused` when it cannot listen. */
  start(options: RecordOptions): Promise<RecordingProxy>;
}

export interface RecordOptions {
  /** Where the traffic goes, whatever user and database a client names: the unprivileged owner's URL. */
  readonly ownerUrl: string;
  /** Opened on the same database; the caller closes it after the proxy. */
  readonly watcher: Watcher;
  /** A statement that runs longer is cancelled; default five minutes. */
  readonly statementTimeoutMs?: number;
  /**
   * Called while no session is in a transaction, something was written since the last call, and a session is about to begin anew; all traffic waits for it.
   * What it throws is kept in `problems`.
   */
  readonly beforeTransaction?: (info: TransactionInfo) => Promise<void>;
  /**
   * Tables in which a migration tool notes what it has done. After a write to one inside a transaction the transaction is committed and a new one begun before
   * the next statement, so that tools which run all migrations in one transaction meet committed, filled tables. Without it transactions stay as they are.
   */
  readonly commitAfterWriteTo?: (table: Name) => boolean;
}

export interface TransactionInfo {
  /** Session number, from 1. */
  readonly session: number;
  /** Text of the statement that waits. */
  readonly sql: string;
}

export interface RecordingProxy {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** For the foreign program; holds a random password. */
  readonly url: string;
  /** Everything recorded so far, in the order the statements began. */
  statements(): readonly Recorded[];
  activity(): Activity;
  /** Cancels what runs, ends all sessions and the listener; safe to call twice. */
  close(): Promise<void>;
}

export interface Activity {
  /** Sessions that were let in so far. */
  readonly connections: number;
  /** Statements that the server is working on. */
  readonly running: number;
  /** Milliseconds since anything was sent or received; 0 while a statement runs or rows are being made. */
  readonly idleMs: number;
  /** Text of the statement that was sent last. */
  readonly last?: string;
  /** Transactions that were committed in their middle for `commitAfterWriteTo`. */
  readonly splits: number;
  /** What `beforeTransaction` or the watcher threw. */
  readonly problems: readonly string[];
}

/** One statement of a foreign program and what it did. */
export interface Recorded extends Seen {
  readonly sql: string;
  /** Kind of its parse tree's node; undefined when it does not parse as one statement. */
  readonly kind?: string;
  /** Session number, from 1. */
  readonly session: number;
  /** `application_name` the session began with. */
  readonly application?: string;
  /** Transaction number within the session; undefined for a statement that was its own transaction. */
  readonly transaction?: number;
  /** Milliseconds since the proxy began. */
  readonly at: number;
  /** Milliseconds in the server, without the watching. */
  readonly ms: number;
  /** Rows returned or affected. */
  readonly rows?: number;
  /** Parameters of an INSERT that are short texts, null for others; not for reports. */
  readonly values?: readonly (string | null)[];
  /** Its transaction ended with it, so locks were sampled while it ran. */
  readonly sampled: boolean;
  /** The proxy refused it; the server never saw it. */
  readonly refused?: boolean;
  readonly error?: { readonly message: string; readonly sqlstate: string; readonly detail?: string };
}
