/** An SQL string of a text. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The literal of a typed array. */
export function listOf(items: readonly string[], type: string): string {
  const written = items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return `(${quoted(`{${written.join(',')}}`)}::${type}[])`;
}

/** Bucket of a value's number, from 0, and how far it lies in it, in [0, 1]. */
export interface Spot {
  readonly bucket: string;
  readonly part: string;
}
