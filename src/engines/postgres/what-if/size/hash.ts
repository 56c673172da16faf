/** Size of a hash index as a build makes it. */
import { headerBytes, pageBytes } from '../../pages/page.ts';
import { groupsOf } from './groups.ts';
import type { IndexFacts, IndexSize } from './model.ts';

/** Bytes of an entry with its pointer: head, hash code rounded up, pointer. */
const entryBytes = 20;
const specialBytes = 16;

/** Entries that fit into a page, and those that a bucket is planned for: 75 % of a page (`HASH_DEFAULT_FILLFACTOR`). */
const fits = Math.floor((pageBytes - headerBytes - specialBytes) / entryBytes);
const usualFill = 75;

/** Up to so many doublings, buckets are made in one go; a later doubling comes in four steps. */
const wholeDoublings = 9;

/** Pages of a hash index: metapage, map of free pages, buckets, and further pages of buckets that overflow. */
export function hashSize(facts: IndexFacts): Omit<IndexSize, 'assumed'> {
  const rows = Math.round(facts.tableRows * facts.share);
  const planned = Math.max(10, Math.floor((pageBytes * (facts.fillFactor ?? usualFill)) / 100 / entryBytes));
  // A build plans its buckets by the table's rows, whatever share of them the index holds.
  const buckets = bucketsFor(facts.tableRows / planned);
  return { pages: 2 + buckets + overflow(facts, rows, buckets), rows };
}

function bucketsFor(wanted: number): number {
  if (wanted <= 2) return 2;
  const count = Math.ceil(wanted);
  const doublings = Math.ceil(Math.log2(count));
  if (doublings <= wholeDoublings) return 2 ** doublings;
  const half = 2 ** (doublings - 1);
  const step = half / 4;
  return half + step * Math.ceil((count - half) / step);
}

/** Pages beyond the first of each bucket: keys with many rows fill their bucket, the others are spread over all. */
function overflow(facts: IndexFacts, rows: number, buckets: number): number {
  const column = facts.keys[0]!;
  const groups = groupsOf(
    { ...column, nullFraction: 0 },
    { rows: facts.tableRows, sampled: facts.sampledRows },
  );
  const many = groups.filter(({ share }) => share * rows > fits / 8);
  const few = groups.filter((group) => !many.includes(group));
  // Codes are cut to a power of two; those beyond the last bucket share one with the codes of half their size.
  const codes = 2 ** Math.ceil(Math.log2(buckets));
  const doubled = codes - buckets;
  const mean = few.reduce((sum, { keys, share }) => sum + keys * share * rows, 0) / codes;
  // Each key brings all of its rows at once.
  const variance =
    few.reduce((sum, { keys, share }) => sum + keys * ((share * rows) ** 2 + share * rows), 0) / codes;
  const full = many.reduce((sum, { keys, share }) => {
    const own = share * rows;
    return sum + keys * Math.max(0, Math.ceil((own + mean) / fits) - 1);
  }, 0);
  const besides = 1 - Math.min(1, many.reduce((sum, { keys }) => sum + keys, 0) / buckets);
  const single = (buckets - doubled) * beyond(mean, Math.sqrt(variance));
  const double = doubled * beyond(2 * mean, Math.sqrt(2 * variance));
  return Math.round(full + besides * (single + double));
}

/** Expected further pages of a bucket whose rows are about normally spread. */
function beyond(mean: number, deviation: number): number {
  let pages = 0;
  for (let limit = fits; limit < mean + 8 * deviation + fits; limit += fits)
    pages += aboveShare((limit + 0.5 - mean) / Math.max(deviation, 1e-9));
  return pages;
}

/** Share of a normal distribution above so many deviations (Abramowitz and Stegun 26.2.17). */
function aboveShare(z: number): number {
  if (z < 0) return 1 - aboveShare(-z);
  const t = 1 / (1 + 0.231_641_9 * z);
  const series =
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
