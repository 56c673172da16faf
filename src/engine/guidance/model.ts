/** What a person runs by hand beside a change: read-only queries that show whether it goes well. */

export interface Guidance {
  /** Queries to watch while a change is deployed, most urgent first. */
  watch(serverVersion: number): readonly WatchQuery[];
  /** Statement that ends what one session runs, for a person who has found it in a watch query; `<pid>` stands for its number. */
  readonly stop: string;
  /** Command that runs one file and stops at the first error; the database comes from `$DATABASE_URL`. */
  run(file: string): string;
  /** Command that runs one query. */
  ask(sql: string): string;
}

export interface WatchQuery {
  readonly title: string;
  readonly sql: string;
  /** What is normal, and from where on the change is stopped. */
  readonly alarm: string;
  /** Rows that a quiet server shows: `none`, or any number. */
  readonly quiet: 'none' | 'any';
}
