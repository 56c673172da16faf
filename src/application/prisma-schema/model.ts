/** A Prisma schema as its text says it. */

export interface PrismaSchema {
  readonly provider: string;
  /** `foreignKeys`, or `prisma` when the database holds none. */
  readonly relationMode: string;
  readonly models: readonly PrismaModel[];
  readonly enums: readonly PrismaEnum[];
}

export interface PrismaModel {
  readonly name: string;
  readonly line: number;
  readonly fields: readonly PrismaField[];
  readonly attributes: readonly PrismaAttribute[];
}

export interface PrismaField {
  readonly name: string;
  readonly line: number;
  /** `String`, `Order`, or `Unsupported` with its text. */
  readonly type: string;
  readonly unsupported?: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: readonly PrismaAttribute[];
}

export interface PrismaEnum {
  readonly name: string;
  readonly line: number;
  readonly values: readonly { readonly name: string; readonly attributes: readonly PrismaAttribute[] }[];
  readonly attributes: readonly PrismaAttribute[];
}

/** `@default(now())`, `@@index([a, b])`: the name without its signs. */
export interface PrismaAttribute {
  readonly name: string;
  readonly line: number;
  readonly arguments: readonly { readonly name?: string; readonly value: PrismaValue }[];
}

export type PrismaValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  /** A word, with what stands in parentheses behind it: `Cascade`, `now()`, `email(sort: Desc)`. */
  | { readonly kind: 'word'; readonly word: string; readonly call?: PrismaAttribute['arguments'] }
  | { readonly kind: 'list'; readonly items: readonly PrismaValue[] };

/** Says what is not understood, and where; never returns. */
export type Refuse = (line: number, sentence: string) => never;
