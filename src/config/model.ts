/** What `dbd.config.yaml` says; paths are absolute after loading. */
export interface Config {
  /** The file it was read from; undefined when there is none. */
  readonly file?: string;
  readonly current: Current;
  /** File of named queries of the running application. */
  readonly workload?: string;
  /** Mappers that models are written for: `prisma`, `kysely` …; those of package.json when absent. */
  readonly models?: readonly string[];
  /** Folder that keeps change folders. */
  readonly changes?: string;
  /** Folder with a server's binaries, or a URL, to use instead of the bundled server. */
  readonly sandbox?: string;
  readonly jira?: JiraConfig;
}

/** Where tasks with a key such as `KAN-29` come from; the token itself never enters the configuration. */
export interface JiraConfig {
  /** `https://acme.atlassian.net`, without a path. */
  readonly site: string;
  readonly email: Word;
  /** Environment variable that holds the API token. */
  readonly tokenVariable: string;
  /** Needed by scoped tokens only; discovered where it is absent. */
  readonly cloudId?: string;
  /** Account ids, or e-mail addresses, of the people whose comments may hold a block. */
  readonly authors: readonly string[];
  /** Key of the project that a bare number belongs to. */
  readonly project?: string;
}

/** A text of the file, or the environment variable that holds it, which is read only when it is needed. */
export type Word = { readonly text: string } | { readonly variable: string };

/** The structure that exists today: read-only from a server, from SQL text, or nothing. */
export type Current =
  | { readonly kind: 'none' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };
