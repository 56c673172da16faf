/** What a statement is known to take and do: looked up in a table whose every row was measured. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Statement } from '../grammar/model.ts';
import type { Seen } from '../watch/model.ts';

export interface Facts {
  /** Facts of one parsed statement, as far as its text and the structure tell. */
  of(statement: Statement, context: FactsContext): StatementFacts;
  /** Facts of several statements that are told as one: the strongest lock per relation, everything read or written anew, the worst of the rest. */
  together(all: readonly StatementFacts[]): StatementFacts;
  /** The context of the statement after this one: what it makes, changes, proves and sets is known there. */
  after(statement: Statement, context: FactsContext): FactsContext;
  /** The facts in one sentence: `ACCESS EXCLUSIVE on public.users for as long as a scan of it takes: reads and writes wait`. */
  say(facts: StatementFacts): string;
  /** Where a measurement saw more than the facts tell, or other than they tell, each in one sentence; empty when they agree or nothing is known of the statement. */
  contradictions(facts: StatementFacts, seen: Pick<Seen, 'locks' | 'rewrites' | 'scans'>): readonly string[];
  /** What a statement does, thing by thing, for those who know no grammar; names as the context resolves them. */
  deeds(statement: Statement, context: FactsContext): readonly Deed[];
  /** The measured table, for documents. */
  readonly table: readonly MeasuredStatement[];
}

/** A row of the table of measured statements, in words. */
export interface MeasuredStatement {
  /** `alter-table/set-not-null`. */
  readonly id: string;
  readonly form: string;
  /** First and last major version of which it is true; absent: all that were tried. */
  readonly since?: number;
  readonly until?: number;
  /** Lock by what the relation is to the statement: `table`, `parent`, `index` … */
  readonly locks: readonly { readonly on: string; readonly mode: string }[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly outside: boolean;
  /** It was run; otherwise it is the worst that can be, or taken from the manual. */
  readonly measured: boolean;
  readonly note?: string;
}

export interface FactsContext {
  /** The structure before the statement; without it, facts that depend on it are the worst that can be. */
  readonly catalog?: Catalog;
  readonly serverVersion: number;
  /** Tables made earlier by the same change, as `schema.name`: nobody uses them yet. */
  readonly fresh?: ReadonlySet<string>;
  /** Texts of the statements before this one, in order, that the catalog does not know of. */
  readonly earlier?: readonly string[];
  /** Tables of which the catalog holds no more than earlier statements said, as `schema.name`. */
  readonly partial?: ReadonlySet<string>;
  /** Settings of the session so far, lower case: `lock_timeout` → `5s`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface StatementFacts {
  /** Strongest lock per relation, those of other tables included (foreign keys, partitions, views). */
  readonly locks: readonly { readonly relation: Name; readonly mode: string }[];
  /** Tables and indexes that are written anew. */
  readonly rewrites: readonly Name[];
  /** Full reads while the locks are held. */
  readonly scans: readonly { readonly relation: Name; readonly why: string }[];
  /** Who waits while it runs: the worst of its locks. */
  readonly blocks: 'nobody' | 'schema changes' | 'writes' | 'reads and writes';
  /** How long it holds them: for a moment, or for as long as a scan or rewrite of the table takes. */
  readonly lasts: 'moment' | 'size of the table' | 'unknown';
  /** Rows of the table of measured statements that say so; empty when nothing is known of such a statement. */
  readonly known: readonly string[];
  /** The server runs it outside transactions only. */
  readonly outside: boolean;
}

/** One thing that a statement does. */
export interface Deed {
  readonly kind: DeedKind;
  /** The table it is done to; of a type its name. */
  readonly table?: Name;
  /** Column, constraint, index, label, setting … */
  readonly name?: string;
  /** New name, new type, value of a setting. */
  readonly to?: string;
  readonly columns?: readonly string[];
  /** The other table of a foreign key. */
  readonly other?: Name;
  /** What else was written: `concurrently`, `not valid`, `if not exists`, `cascade`, `unique` … */
  readonly words: readonly string[];
}

export type DeedKind =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'set'
  | 'create table'
  | 'create column'
  | 'add column'
  | 'drop column'
  | 'change type'
  | 'rename column'
  | 'rename table'
  | 'rename label'
  | 'rename other'
  | 'set not null'
  | 'drop not null'
  | 'add constraint'
  | 'validate constraint'
  | 'drop constraint'
  | 'attach partition'
  | 'disable trigger'
  | 'enable row security'
  | 'create index'
  | 'drop index'
  | 'drop table'
  | 'drop view'
  | 'drop other'
  | 'create view'
  | 'create policy'
  | 'create routine'
  | 'create trigger'
  | 'add label'
  | 'extension'
  | 'grant'
  | 'insert'
  | 'update'
  | 'delete'
  | 'truncate'
  | 'analyze'
  | 'lock'
  | 'replica identity';
