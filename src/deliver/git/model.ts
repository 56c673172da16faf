/** Git as the rooms above see it: nouns. */

/** Variables of a process. */
export type Env = Readonly<Record<string, string | undefined>>;
