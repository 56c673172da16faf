/** What `dbd.config.yaml` says; paths are absolute after loading. */
export interface Config {
  /** The file it was read from; undefined when there is none. */
  readonly file?: string;
  readonly current: Current;
  /** File of named queries of the running application. */
  readonly workload?: string;
  /** Folder that keeps change folders. */
  readonly changes?: string;
  /** Folder with a server's binaries, or a URL, to use instead of the bundled server. */
  readonly sandbox?: string;
}

/** The structure that exists today: read-only from a server, from SQL text, or nothing. */
export type Current =
  | { readonly kind: 'none' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };
