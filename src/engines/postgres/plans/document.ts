/** A plan as EXPLAIN (FORMAT JSON) shapes it: what the readers of all formats make. */

/** Fields of a node by the names of JSON, `Plans` and `Workers` among them. */
export type RawNode = Readonly<Record<string, unknown>>;

export interface PlanDocument {
  readonly format: 'json' | 'yaml' | 'text';
  /** `Plan`, `Planning Time`, `Triggers` and so on. */
  readonly top: Readonly<Record<string, unknown>>;
  readonly cut: boolean;
  /** Words that the reader of the text could not place. */
  readonly unplaced: readonly string[];
}

/** Objects of a list, or nothing. */
export function recordsOf(value: unknown): readonly RawNode[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Whether it is an object with fields. */
export function isRecord(value: unknown): value is RawNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, or undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A text that is not empty, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Texts of a list; one text is a list of one. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
