/** Ways to hide a value, and what is known about a column that holds people's data. */

/** Words for `mask:` in a task; each keeps the shape that programs rely on and nothing of the value. */
export const maskKinds = [
  'email',
  'name',
  'phone',
  'address',
  'date',
  'number',
  'text',
  'hash',
  'last4',
  'uuid',
  'ip',
  'iban',
  'url',
  'null',
] as const;

/** How a value is hidden. */
export type MaskKind = (typeof maskKinds)[number];

/** Whether a word of a task names a mask. */
export function isMaskKind(word: string): word is MaskKind {
  return (maskKinds as readonly string[]).includes(word);
}

/** A column whose values are personal or secret. */
export interface PrivateColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly mask: MaskKind;
  /** `personal`, `secret` or the class that the task declares. */
  readonly class: string;
  /** Id of the privacy claim; undefined when guessed from the column's name. */
  readonly claim?: string;
}
