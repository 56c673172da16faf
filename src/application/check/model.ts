/** Generated code that was checked by a compiler and run with its mapper. */
import type { Mapper, Models, Written } from '../model.ts';

export interface CheckOptions {
  readonly mapper: Mapper;
  readonly models: Models;
  readonly written: Written;
  /** Folder of the project whose packages are used. */
  readonly project: string;
  /** Address that the code connects to: rows may be written there. */
  readonly url: string;
  readonly calls: readonly Call[];
  readonly signal: AbortSignal;
}

/** One call of a function of `repository.ts`, with the rows that plain SQL returned for the same values. */
export interface Call {
  readonly functionName: string;
  readonly parameters: readonly {
    readonly property: string;
    readonly kind: string;
    readonly text: string | null;
  }[];
  /** Result columns whose values compare as text. */
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
  readonly expected: readonly (readonly (string | null)[])[];
}

/** What came out; `not-run` says which thing the project lacks. */
export type CheckResult =
  | { readonly kind: 'not-run'; readonly because: string }
  | { readonly kind: 'wrong'; readonly because: string }
  | {
      readonly kind: 'run';
      /** Version of the compiler that found no fault. */
      readonly compiler: string;
      readonly calls: readonly {
        readonly functionName: string;
        readonly rows: number;
        readonly wrong?: string;
      }[];
      /** Statements that loading parents with children took, for one parent and for many. */
      readonly loads: readonly {
        readonly functionName: string;
        readonly parents: readonly number[];
        readonly statements: readonly number[];
        readonly wrong?: string;
      }[];
    };
