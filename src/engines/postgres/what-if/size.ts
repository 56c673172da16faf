/** How large an index would be, without building it. */
import { brinSize } from './size/brin.ts';
import { btreeSize } from './size/btree.ts';
import { ginSize } from './size/gin.ts';
import { hashSize } from './size/hash.ts';
import type { IndexFacts, IndexSize } from './size/model.ts';
import { spreadSize } from './size/spread.ts';

/** Pages, height and rows of an index as a build would make it. */
export function sizeOf(facts: IndexFacts): IndexSize {
  switch (facts.method) {
    case 'btree':
      return { ...btreeSize(facts), assumed: [] };
    case 'hash':
      return { ...hashSize(facts), assumed: [] };
    case 'brin':
      return { ...brinSize(facts), assumed: [] };
    case 'gin':
      return ginSize(facts);
    default:
      return spreadSize(facts);
  }
}
