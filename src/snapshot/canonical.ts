/** One text for equal values, in pieces, so that a large snapshot never stands in memory as a text. */

/** Pieces longer than this are handed out, characters. */
const piece = 65_536;

/** JSON with sorted keys and without spaces; keys without a value are left out as `JSON.stringify` does. */
export function* canonicalPieces(value: unknown): Generator<string> {
  let held = '';
  const walk = function* (item: unknown): Generator<string> {
    if (Array.isArray(item)) {
      held += '[';
      for (const [at, each] of item.entries()) {
        if (at > 0) held += ',';
        yield* part(each ?? null);
      }
      held += ']';
    } else if (item !== null && typeof item === 'object') {
      held += '{';
      let first = true;
      for (const key of Object.keys(item).toSorted()) {
        const inner = (item as Record<string, unknown>)[key];
        if (inner === undefined) continue;
        held += `${first ? '' : ','}${JSON.stringify(key)}:`;
        first = false;
        yield* part(inner);
      }
      held += '}';
    } else held += JSON.stringify(item);
    if (held.length > piece) {
      yield held;
      held = '';
    }
  };
  // Most values are plain, and a generator for each would cost more than the text.
  const part = function* (item: unknown): Generator<string> {
    if (item === null || typeof item !== 'object') {
      held += JSON.stringify(item);
      if (held.length > piece) {
        yield held;
        held = '';
      }
    } else yield* walk(item);
  };
  yield* walk(value);
  yield held;
}
