/** Which databases a bench may load. */
import { fail } from '../../base/error.ts';
import type { Destination } from '../../engine/address/model.ts';
import type { BenchOptions } from './model.ts';

/** The policy in words, for the help and for refusals. */
export const benchPolicy =
  'A load runs on a sandbox, or read-only on a database of this machine; any other database only when --development names its place.';

/** Throws `bench.refused` for a database that must not be loaded, and for writes to one that is not ours. */
export function checkTarget({ engine, url, development, writes }: BenchOptions): Destination | undefined {
  if (url === undefined) return undefined;
  const destination = engine.addresses.read(url);
  if (writes)
    fail('bench.refused', `Writing queries run on a sandbox only, not on ${destination.shown}.`, {
      hint: 'Leave --writes out, or leave --database out to load a filled twin.',
    });
  if (destination.kind === 'remote' && development !== destination.place)
    fail(
      'bench.refused',
      development === undefined
        ? `${destination.shown} is not on this machine, and a load could slow down whoever uses it.`
        : `--development names ${development}, but the address leads to ${destination.place}.`,
      { hint: `${benchPolicy} If it is one for development: --development ${destination.place}` },
    );
  return destination;
}
