/** Size of methods whose pages fill by how values lie to each other: GiST, SP-GiST and those nobody has a model for. */
import { headerBytes, pageBytes } from '../../pages/page.ts';
import { entryBytes } from './entry.ts';
import type { IndexFacts, IndexSize } from './model.ts';

const specialBytes = 16;
const pointerBytes = 4;

/** Share of a page that entries fill, measured on builds over points, ranges, addresses and texts, and bytes that an entry has besides. */
const methods: Readonly<
  Record<string, { readonly fill: number; readonly head: number; readonly longest: number }>
> = {
  gist: { fill: 0.64, head: 0, longest: 2000 },
  // Entries have a longer head, and of texts only the end is kept.
  spgist: { fill: 0.8, head: 8, longest: 8 },
};
const unknown = { fill: 0.7, head: 0, longest: 2000 };

/** Pages by the width of entries and the usual fill. */
export function spreadSize(facts: IndexFacts): IndexSize {
  const rows = Math.round(facts.tableRows * facts.share);
  const { fill, head, longest } = methods[facts.method] ?? unknown;
  const columns = [...facts.keys, ...facts.included];
  const entry =
    head +
    entryBytes(
      columns,
      columns.map(({ length, width }) => Math.min(width, length > 0 ? width : longest)),
    );
  const leaves = Math.max(
    1,
    Math.ceil((rows * (entry + pointerBytes)) / ((pageBytes - headerBytes - specialBytes) * fill)),
  );
  return {
    pages: leaves === 1 ? 1 : leaves + Math.ceil(leaves / 100),
    rows,
    assumed: [`pages ${Math.round(100 * fill)} % full`],
  };
}
