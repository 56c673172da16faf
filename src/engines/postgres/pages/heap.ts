/** A table's page with rows that nobody reads, and that are there for the planner's look at an index all the same. */
import { addItem, emptyPage } from './page.ts';

/** Bytes of a row without columns (`HeapTupleHeaderData`). */
const rowBytes = 24;

/** No transaction has deleted it (`HEAP_XMAX_INVALID`). */
const neverDeleted = 0x08_00;

/** A transaction far ahead of those of a server that was started today. */
const farAhead = 0x3f_ff_ff_ff;

/**
 * A page with so many rows that a transaction of the future inserts. To every query they are not there yet; to the planner, which looks up the ends of an index for rows
 * that a vacuum could not remove, they are.
 */
export function rowsOfTheFuture(count: number): Buffer {
  const page = emptyPage(0, 0);
  for (let number = 1; number <= count; number += 1) {
    const row = Buffer.alloc(rowBytes);
    row.writeUInt32LE(farAhead, 0);
    row.writeUInt16LE(number, 16);
    row.writeUInt16LE(neverDeleted, 20);
    row.writeUInt8(rowBytes, 22);
    addItem(page, row);
  }
  return page;
}
