/** One change each, and what the witness must say of it: `path` and `fact`, and nothing else. */
export interface SingleChange {
  readonly sql: string;
  readonly sees: readonly string[];
  /** What else it sees from 18 on. */
  readonly since18?: readonly string[];
  readonly since?: number;
  readonly superuser?: true;
}

export const change = (sql: string, ...sees: readonly string[]): SingleChange => ({ sql, sees });
export const bySuperuser = (sql: string, ...sees: readonly string[]): SingleChange => ({
  sql,
  sees,
  superuser: true,
});
