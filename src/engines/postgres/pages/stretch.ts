/** Files of a relation made as long as production's, without taking room on the disk. */
import {
  chownSync,
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { fail } from '../../../base/error.ts';
import { pageBytes } from './page.ts';

/** Pages that a relation can have at most (`MaxBlockNumber`). */
export const mostPages = 0xffff_fffe;

/** Pages of one file of a relation, as every packaged server is built. */
export const segmentPages = 131_072;

/**
 * Gives the file of a relation's fork and its further segments (`.1`, `.2` …) the length of so many pages: what is added reads as zeros, segments beyond are removed. New files belong to the
 * owner of the first one. Throws `twin.hollow` for a number of pages that no relation can have.
 */
export function stretch(path: string, pages: number): void {
  if (!Number.isSafeInteger(pages) || pages < 0 || pages > mostPages)
    fail('twin.hollow', `A relation cannot have ${pages} pages.`, {
      hint: `The largest has ${mostPages}; the snapshot's figures are damaged.`,
    });
  const { uid, gid } = statSync(path);
  // Full segments first: a shorter first one would end the relation for a server that looks meanwhile.
  const segments = Math.max(1, Math.ceil(pages / segmentPages));
  for (let segment = segments; existsSync(`${path}.${segment}`); segment += 1) rmSync(`${path}.${segment}`);
  for (let segment = segments - 1; segment > 0; segment -= 1) {
    const file = openSync(`${path}.${segment}`, 'a', 0o600);
    try {
      ftruncateSync(file, pageBytes * Math.min(segmentPages, pages - segment * segmentPages));
    } finally {
      closeSync(file);
    }
    if (process.getuid?.() !== uid) chownSync(`${path}.${segment}`, uid, gid);
  }
  truncateSync(path, pageBytes * Math.min(segmentPages, pages));
}

/** The first page of a file; shorter when the file is. */
export function firstPage(path: string): Buffer {
  const page = Buffer.alloc(pageBytes);
  const file = openSync(path, 'r');
  try {
    return page.subarray(0, readSync(file, page));
  } finally {
    closeSync(file);
  }
}
