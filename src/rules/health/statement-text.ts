/** The beginning of a statement, which has parameters in place of values, in one line. */
export function shortened(sql: string): string {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return `\`${line.length > 100 ? `${line.slice(0, 99)}…` : line}\``;
}
