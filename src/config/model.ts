import type { DatabaseConfig } from './databases-model.ts';

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
  /** SQL over `n`, the row's number from 1, that makes the values of columns: by `schema.table.column`. */
  readonly generators?: Readonly<Record<string, string>>;
  /** Columns whose values are masked in snapshots beside those that look private: `table.column`, `schema.table.column`. */
  readonly private?: readonly string[];
  readonly jira?: JiraConfig;
  readonly standards?: StandardsConfig;
  /** Databases that changes are applied to, by name. */
  readonly databases?: Readonly<Record<string, DatabaseConfig>>;
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

/** The structure that exists today: read-only from a server, from SQL text, from a snapshot, or nothing. */
export type Current =
  | { readonly kind: 'none' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A captured database: structure, volumes and workload. */
  | { readonly kind: 'snapshot'; readonly path: string };

/** What a team expects of names, types and habits. */
export interface StandardsConfig {
  readonly case?: 'snake' | 'camel' | 'any';
  readonly tables?: 'plural' | 'singular' | 'any';
  readonly requiredColumns: readonly string[];
  readonly forbiddenTypes: readonly string[];
  /** Words that names must not be made of, with what to write instead. */
  readonly abbreviations: Readonly<Record<string, string>>;
  /** Regular expressions in the server's notation, by kind of name. */
  readonly names: Readonly<Partial<Record<'table' | 'column' | 'index' | 'constraint' | 'routine', string>>>;
  readonly facts?: readonly ('owner' | 'class' | 'purpose' | 'retention')[];
  /** Schemas that are left alone. */
  readonly ignore: readonly string[];
  /** Rule → how grave, or `off`. */
  readonly rules: Readonly<Record<string, 'error' | 'warning' | 'info' | 'off'>>;
  readonly deviations: readonly DeviationConfig[];
  readonly failOn?: 'error' | 'warning' | 'info';
}

/** A rule that is broken on purpose somewhere. */
export interface DeviationConfig {
  readonly rule: string;
  readonly object: string;
  readonly because: string;
  readonly until?: string;
}
