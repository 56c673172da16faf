/** What an error code is. */

/** Exit class of an error: asked wrongly, environment could not, or our bug. */
export type ExitClass = 'usage' | 'environment' | 'bug';

/** One code of the table. */
export interface CodeEntry {
  readonly exit: ExitClass;
  /** What the code means and what usually helps; shown by `dbd help <code>`. */
  readonly explain: string;
}
