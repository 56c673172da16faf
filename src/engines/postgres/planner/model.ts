/** How the planner sees two databases: things of many kinds, what each needs, and the pieces of SQL that lead from one side to the other. */
import type { Catalog } from '../../../catalog/model.ts';
import type { RenameKind } from '../../../engine/planner/model.ts';

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
  /** As `keys.ts` writes it: `table public.users`, `function public.f(integer)`; the same on both sides for the same object. */
  readonly key: string;
  /** Path as differences and reports print it: `table public.users column email`. */
  readonly path: string;
  readonly object: T;
  /** Keys it needs beside those that the server notes. */
  readonly needs?: readonly string[];
  /** The thing that it is a part of and goes away with. */
  readonly partOf?: string;
  /** The thing that takes it along when it goes, without being needed to make it: the column of a sequence. */
  readonly goesWith?: string;
  /** Names that it takes up, told apart by namespace: `relation public.users`; nothing else can have one before it is gone. */
  readonly names?: readonly string[];
}

/** How things of one kind are made, changed and dropped. */
export interface Kind<T = unknown> {
  readonly kind: string;
  /** What the kind reads beside the catalog; one query, its rows land in {@link Side.more}. */
  readonly query?: (version: number) => string;
  /** It is dropped as late as can be, since data goes with it. */
  readonly holdsData?: true;
  /** The server itself makes it again when the type of a column that it uses changes. */
  readonly follows?: true;
  list(side: Side): readonly Thing<T>[];
  make(thing: Thing<T>, sides: Sides): readonly Piece[];
  drop(thing: Thing<T>, sides: Sides): readonly Piece[];
  /** Why it cannot be made, or dropped; asked before `make` and `drop`, which are then not asked. */
  refuses?(thing: Thing<T>, does: 'make' | 'drop', sides: Sides): string | undefined;
  /** Empty when nothing differs; `replace` when it has to be dropped and made again, with all that needs it; `refused` names what cannot be done. */
  alter(before: Thing<T>, after: Thing<T>, sides: Sides): Altered;
  /** Asked instead of `alter` when things that it needed go, or go and come again: how it lives without them meanwhile. Without it, it is replaced. */
  without?(before: Thing<T>, after: Thing<T>, gone: readonly string[], sides: Sides): Altered;
  /** How likely one that goes and one that comes are the same under another name. */
  readonly renames?: Renaming<T>;
}

export type Altered = readonly Piece[] | 'replace' | { readonly refused: string };

export interface Renaming<T> {
  readonly kind: RenameKind;
  /** How {@link Rename} writes it: `public.users.email`. */
  name(thing: Thing<T>): string;
  /** The place within which it is looked for, such as its table; things of different places are not compared. Answered renames may still lead elsewhere. */
  place(thing: Thing<T>): string;
  /** 0 to 1; below 0.5 nobody is asked. */
  likeness(before: Thing<T>, after: Thing<T>, sides: Sides): number;
  /** No data is in it: one that differs in nothing but its name, with a likeness of 1, is renamed and nobody is asked. */
  readonly free?: true;
  /** The same thing under another name of its own, where that is not `object.name`. */
  called?(thing: Thing<T>, name: string): Thing<T>;
  /** Statements that give the one the name of the other, in a database where nothing has that name. */
  statements(before: Thing<T>, to: NewName): readonly string[];
}

/** Where a renamed thing goes; the schema is that of its table for what stands within one. */
export interface NewName {
  readonly schema: string;
  readonly name: string;
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
  /** Keys of the old side that its thing no longer needs behind this piece: they may go after it. `*` is all that the wanted side does not need. */
  readonly frees?: readonly string[];
  /** Keys of the old side that must have been dropped, or altered, before. */
  readonly after?: readonly string[];
  /** Keys of the old side whose dependants must be out of the way meanwhile: they are dropped before and made again after it, but for kinds that `follow`. */
  readonly clears?: readonly string[];
  /** Keys of the wanted side that come with it and need no piece of their own. */
  readonly makes?: readonly string[];
  /** Keys of the old side that go with it. */
  readonly drops?: readonly string[];
  readonly loses?: string;
  readonly alone?: 'outside' | 'own transaction';
  readonly superuser?: true;
}
