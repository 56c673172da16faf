/** Disposable servers: how they are made, started and administered. */
import type { Session } from '../session/model.ts';

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

/** How a database sorts and classifies text. */
export interface CollationLocale {
  readonly provider: 'builtin' | 'icu' | 'libc';
  /** The provider's locale; for libc its LC_COLLATE, and LC_CTYPE unless told. */
  readonly locale: string;
  /** LC_COLLATE and LC_CTYPE of the C library, which every database has beside its provider; those of the server's template when left out. */
  readonly collate?: string;
  readonly ctype?: string;
  /** ICU's own rules. */
  readonly rules?: string;
  /** UTF8 when left out. */
  readonly encoding?: string;
}

/** Where an extension belongs, and in which version. */
export interface WantedExtension {
  readonly schema?: string;
  readonly version?: string;
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
      readonly locale?: CollationLocale;
    },
  ): Promise<void>;
  /** Gives the owner what it needs inside a new database; the session is connected to it as superuser. */
  handOver(session: Session, owner: string): Promise<void>;
  /** Makes the role the owner of all objects of the session's database; objects outside it, roles and settings stay as they are. */
  adopt(session: Session, owner: string): Promise<void>;
  dropDatabase(session: Session, name: string): Promise<void>;
  dropRole(session: Session, name: string): Promise<void>;
  /** Ends another session by its number, and waits until it is gone. */
  endSession(session: Session, pid: number): Promise<void>;
  /** Extensions of the allow-list that this server has. */
  extensions(session: Session): Promise<readonly string[]>;
  /** Whether the extension is on the allow-list. */
  allowed(extension: string): boolean;
  /** Into the wanted schema and version where the server has them. */
  installExtension(session: Session, name: string, wanted?: WantedExtension): Promise<void>;
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
