/** Poolers that stand between an application and its server, and hand a server session out for each transaction. */

export interface Poolers {
  /** An installed one, with its version as it prints it; undefined where there is none. */
  find(): Promise<{ readonly program: string; readonly title: string } | undefined>;
  /** Files and command of one that pools transactions of a role in a database over several server sessions in turn. */
  configure(options: PoolerOptions): {
    readonly files: readonly { readonly path: string; readonly text: string }[];
    readonly args: readonly string[];
    /** File of the socket that it opens. */
    readonly socket: string;
    readonly url: string;
  };
}

export interface PoolerOptions {
  /** The server's address of the role, reachable without a password through its socket. */
  readonly url: string;
  /** Folder of the server's socket, which the pooler's is beside. */
  readonly sockets: string;
  /** Folder of its files. */
  readonly folder: string;
}
