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
  readonly github?: GithubConfig;
  readonly standards?: StandardsConfig;
  /** The model that `dbd draft` asks. */
  readonly ai?: AiConfig;
  /** Databases that changes are applied to, by name. */
  readonly databases?: Readonly<Record<string, DatabaseConfig>>;
}

/** Jira Cloud, or a Jira on a host of one's own. */
export type JiraKind = 'cloud' | 'data-center';

/** Where tasks with a key such as `KAN-29` come from; the token itself never enters the configuration. */
export interface JiraConfig {
  /** `https://acme.atlassian.net`; a Data Center may stand below a path. */
  readonly site: string;
  /** The site is asked where it is absent. */
  readonly kind?: JiraKind;
  /** Owner of the token; of Jira Cloud only. */
  readonly email?: Word;
  /** Environment variable that holds the API token, or the Personal Access Token. */
  readonly tokenVariable: string;
  /** Needed by scoped tokens only; discovered where it is absent. */
  readonly cloudId?: string;
  /** Account ids or e-mail addresses (user names of a Data Center) of the people whose comments may hold a block or answer questions. */
  readonly authors: readonly string[];
  /** Key of the project that a bare number belongs to. */
  readonly project?: string;
  /** Issues may be moved to states of the category done. */
  readonly mayFinish?: boolean;
}

/** Where tasks such as `acme/shop#12` come from; the token itself never enters the configuration. */
export interface GithubConfig {
  /** `https://github.com`, or that of an Enterprise server. */
  readonly host: string;
  /** `acme/shop`, for references such as `#12`. */
  readonly repository?: string;
  /** Environment variable that holds the token; public issues are read without one. */
  readonly tokenVariable: string;
  /** Accounts whose comments may hold a block. */
  readonly authors: readonly string[];
  /** Everybody who stands so to the repository may write a block, too. */
  readonly associations: readonly ('OWNER' | 'MEMBER' | 'COLLABORATOR')[];
  /** State → the label that stands for it. */
  readonly labels: Readonly<Record<string, string>>;
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

/** A model that may draft; its key never enters the configuration. */
export interface AiConfig {
  readonly model: string;
  /** Package of the AI SDK that speaks to it: `@ai-sdk/anthropic`. */
  readonly provider?: string;
  /** Address of a server that speaks the protocol of OpenAI, a local one for example. */
  readonly baseUrl?: string;
  /** Environment variable that holds the key. */
  readonly keyVariable?: string;
  /** For a million tokens. */
  readonly price?: { readonly input: number; readonly output: number; readonly currency: string };
  /** Most proposals that are looked at. */
  readonly rounds?: number;
  /** Most tokens of one draft, both ways. */
  readonly tokens?: number;
}

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

/** One database that changes are applied to. */
export interface DatabaseConfig {
  readonly url: LazyText;
  /** The server itself, where `url` leads to a pooler. */
  readonly direct?: LazyText;
  readonly service?: string;
  /** Who is asked about it; told in refusals. */
  readonly owner?: string;
  /** Role that owns the objects, if it is not the one that connects. */
  readonly role?: string;
  /** Schema of the history. */
  readonly schema: string;
  readonly searchPath?: string;
  /** Schemas that drift is looked for in; all when absent. */
  readonly schemas?: readonly string[];
  /** Folder of changes, as written. */
  readonly changes?: string;
  /** Times in which it may be changed; always when absent. */
  readonly windows?: readonly WindowConfig[];
  readonly budgets: BudgetsConfig;
  /** Who depends on it; what is not said counts as shared where an agent asks. */
  readonly kind?: 'development' | 'shared' | 'production';
  /** Others depend on it: signed evidence is demanded. */
  readonly shared: boolean;
  /** Rows may be read by `dbd query`, as this role and within these caps; no rows without it. */
  readonly read?: ReadConfig;
  /** Files of public keys whose evidence is trusted, as written. */
  readonly evidence?: readonly string[];
  /** Name of the database on which a change must have run before. */
  readonly after?: string;
  /** Milliseconds in which nobody may have used an old shape before it is taken away. */
  readonly observeMs?: number;
}

/** How rows are read. */
export interface ReadConfig {
  /** Address as a role that can do nothing but read. */
  readonly url: LazyText;
  readonly rows: number;
  /** Of an answer as JSON. */
  readonly bytes: number;
  readonly timeMs: number;
}

/** A text whose `${NAME}` are filled in when it is needed; throws `config.invalid` for unset ones. */
export interface LazyText {
  resolve(env: Readonly<Record<string, string | undefined>>): string;
}

/** A time of the week, in minutes from midnight; it goes into the next day where `to` is not after `from`. */
export interface WindowConfig {
  /** 0 is Sunday; every day when empty. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** `Europe/Berlin`. */
  readonly zone: string;
  /** As it was written. */
  readonly text: string;
}

export interface BudgetsConfig {
  /** Time that others may be made to wait by one run, summed over them, milliseconds. */
  readonly stallMs?: number;
  /** Longest wait for one lock, milliseconds. */
  readonly lockMs?: number;
  /** Time after which a lock that is not granted is given up, milliseconds. */
  readonly patienceMs?: number;
  readonly lagMs?: number;
  /** Bytes of log per second. */
  readonly walPerSecond?: number;
  /** Age of another session's transaction beside which nothing is begun, milliseconds. */
  readonly transactionMs?: number;
  /** Size of a table as a multiple of its live rows: 1.2. */
  readonly bloat?: number;
  /** Time that one batch should take, milliseconds. */
  readonly batchMs?: number;
  /** Share of the time in which a backfill works. */
  readonly load?: number;
  /** A read-only query of the application whose time tells how it fares. */
  readonly canary?: string;
  readonly canaryP99Ms?: number;
}
