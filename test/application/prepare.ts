/** What a mapper needs between the writing of its files and their use. */

/** The work for the mapper of this name; undefined when there is none. */
export function prepareFor(mapper: string): ((folder: string) => void) | undefined {
  void mapper;
  return undefined;
}
