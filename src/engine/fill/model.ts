/** Types of columns, and SQL that makes rows inside the server. */
import type { Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';

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

/** SQL that makes rows inside the server. */
export interface FillSql {
  /** One statement (or a few) that fills a table according to the plan; runs as the owner with user triggers off. */
  statements(plan: FillPlan): readonly string[];
  /** Source of rows with a column `n`, and what the stages name beside it, as an item of FROM. */
  staged(source: string, stages: readonly FillStage[]): string;
  /** Reads what the catalog's text does not tell about columns: base types below domains, labels, elements, checks of domains. */
  facts(session: Session, tables: readonly Name[]): Promise<readonly FillFacts[]>;
  /** Ways to make a column's values, most plausible first; empty when nothing is known about the type. */
  values(request: ValueRequest): readonly Make[];
  /** Values between the bounds of a histogram, by their rank in the order of the type; empty when nothing is known about the type. */
  between(request: BetweenRequest): Between;
  /** Values without an order that statistics tell about: arrays by their elements, ranges by bounds and lengths; undefined when the type has none. */
  shaped(request: ShapedRequest): string | undefined;
  /** An expression moved by seconds, an SQL number; undefined when the type is not one of time. */
  shifted(expression: string, amount: string, fact: FillFact): string | undefined;
  /** An expression made as wide as the average, in bytes, for types whose width varies. */
  widened(expression: string, width: number, fact: FillFact, n: string): string | undefined;
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
  /** Makes the rows of a materialised view anew. */
  refresh(session: Session, view: Name): Promise<void>;
  /** Gives freshly loaded tables the statistics and the visibility that a running server would have given them. */
  settle(session: Session, tables: readonly Name[]): Promise<void>;
}

export interface BetweenRequest {
  readonly fact: FillFact;
  /** Bounds with equally many values between them, ascending in the type's order, as text. */
  readonly bounds: readonly string[];
  /** Rows that have such a value, and how many different values these are. */
  readonly count: number;
  readonly values: number;
  /** Values that are made elsewhere. */
  readonly except: readonly string[];
  /** SQL of the row's rank in [0, count). */
  readonly index: string;
  /** Different ranks must give different values. */
  readonly distinct: boolean;
  readonly seed: number;
  /** A name for an expression that is used several times. */
  readonly bind: (expression: string) => string;
}

export interface Between {
  /** Ways to make the value, best first; the last one takes the bounds as they are. */
  readonly expressions: readonly string[];
  /** Correlation of the values with their ranks, where values do not sort as their ranks do. */
  readonly correlation?: number;
  /** Rank whose value is the given one, or lies next below it. */
  readonly placeOf: (value: string) => { readonly place: number; readonly exact: boolean } | undefined;
}

export interface ShapedRequest {
  readonly fact: FillFact;
  readonly seed: number;
  /** SQL of the row's number, and of its place in [0, 1) among the rows with a value. */
  readonly n: string;
  readonly place: string;
  readonly elements?: {
    readonly values: readonly string[];
    /** Share of the rows that have the element. */
    readonly shares: readonly number[];
  };
  readonly ranges?: {
    readonly bounds: readonly string[];
    readonly lengths: readonly string[];
    readonly empty: number;
  };
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
  /** A domain of the type takes no nulls. */
  readonly notNull?: boolean;
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
  /** Conditions over this column alone, as SQL; the type's own are over it too. */
  readonly conditions?: readonly string[];
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
  /** Named expressions that the columns use: each stage may use `n`, and what the one before it hands on. */
  readonly stages?: readonly FillStage[];
}

export interface FillStage {
  /** Names of earlier stages that this one hands on. */
  readonly keeps: readonly string[];
  readonly makes: readonly { readonly name: string; readonly expression: string }[];
}

export interface FillColumn {
  readonly name: string;
  readonly type: string;
  /** SQL expression over the row's number `n` (bigint). */
  readonly expression: string;
}
