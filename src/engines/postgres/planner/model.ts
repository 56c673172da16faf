/** How the planner sees two databases: things of many kinds, what each needs, and the pieces of SQL that lead from one side to the other. */
import type { Catalog } from '../../../catalog/model.ts';

/** One side of a plan, read once. */
export interface Side {
  readonly catalog: Catalog;
  /** Server version as a number: 180004. */
  readonly version: number;
  /** The role that stands for "whoever runs the change". */
  readonly owner: string;
  /** Everything that kinds read beside the catalog, by kind. */
  readonly more: ReadonlyMap<string, readonly unknown[]>;
  /** Keys that a thing directly needs, from the server's own dependencies. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
}

/** One object, told apart by its key. */
export interface Thing<T = unknown> {
  /** `table public.users`, `column public.users.email`, `function public.f(integer)`; the same on both sides for the same object. */
  readonly key: string;
  /** Path as differences and reports print it: `table public.users column email`. */
  readonly path: string;
  readonly object: T;
  /** Keys it needs beside those that the server notes. */
  readonly needs?: readonly string[];
  /** The thing that it is a part of and goes away with. */
  readonly partOf?: string;
}

/** How things of one kind are made, changed and dropped. */
export interface Kind<T = unknown> {
  readonly kind: string;
  /** What the kind reads beside the catalog; one query, its rows land in {@link Side.more}. */
  readonly query?: (version: number) => string;
  list(side: Side): readonly Thing<T>[];
  make(thing: Thing<T>, sides: Sides): readonly Piece[];
  drop(thing: Thing<T>, sides: Sides): readonly Piece[];
  /** Empty when nothing differs; `replace` when it has to be dropped and made again, with all that needs it; `refused` names what cannot be done. */
  alter(
    before: Thing<T>,
    after: Thing<T>,
    sides: Sides,
  ): readonly Piece[] | 'replace' | { readonly refused: string };
}

export interface Sides {
  readonly from: Side;
  readonly to: Side;
}

/** One statement and its place among the others. */
export interface Piece {
  readonly sql: string;
  readonly because: string;
  /** Keys of the wanted side that must be there before, beside those of its thing. */
  readonly needs?: readonly string[];
  /** Keys of the old side that this piece no longer needs: they may go after it. */
  readonly frees?: readonly string[];
  /** Keys of the old side that must have been dropped, or altered, before. */
  readonly after?: readonly string[];
  readonly loses?: string;
  readonly alone?: 'outside' | 'own transaction';
  readonly superuser?: true;
}
