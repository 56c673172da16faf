/** Collects the parts of all private values, and then gives each its substitute. */
import { randomBytes } from 'node:crypto';
import { numberMap } from '../../mask/number-map.ts';
import type { ScalarForm } from '../../mask/scalars.ts';
import { textMap, type Random } from '../../mask/text-map.ts';
import { hexUnits, unitsOf, type LetterOrder } from '../../mask/text-units.ts';
import type { Leaves } from './domain.ts';

export interface Collected {
  /** Takes every part as it comes, and returns it unchanged. */
  readonly leaves: Leaves;
  /** Every text that was met. */
  readonly texts: ReadonlySet<string>;
  /** Draws substitutes with a key that is nowhere kept. */
  readonly draw: (grow: boolean) => Drawn;
}

export interface Drawn {
  readonly leaves: Leaves;
  /** Whether a text was met when values were collected. */
  readonly known: (text: string) => boolean;
}

/** Draws until no substitute holds an original; this often. */
const tries = 8;

/** Characters from which on a text that shows up elsewhere tells something. */
export const telling = 4;

/** An empty collection. */
export function collect(order: LetterOrder): Collected {
  const texts = new Set<string>();
  const halves = new Set<string>();
  const sets = new Map<string, { form: ScalarForm; knots: Set<bigint>; all: Set<bigint> }>();
  const setOf = (form: ScalarForm, set: string) => {
    const key = `${set} ${form.name} ${form.least}`;
    const known = sets.get(key) ?? { form, knots: new Set(), all: new Set() };
    sets.set(key, known);
    return known;
  };
  return {
    texts,
    leaves: {
      text(value) {
        texts.add(value);
        return value;
      },
      hex(value) {
        halves.add(value);
        return value;
      },
      number(form, set, value, knot) {
        const known = setOf(form, set);
        known.all.add(value);
        if (knot) known.knots.add(value);
        return value;
      },
    },
    draw(grow) {
      let text = drawTexts(texts, order, grow);
      const originals = fourLetters(texts);
      for (let at = 1; at < tries && someHolds(texts, text, originals); at++)
        text = drawTexts(texts, order, grow);
      const hex = textMap({ random: secret(), grow: false });
      for (const one of halves) hex.add(hexUnits(one));
      hex.draw();
      const maps = new Map(
        [...sets].map(([key, { form, knots, all }]) => [
          key,
          numberMap(knots.size > 0 ? knots : all, { ...form, random: secret() }),
        ]),
      );
      return {
        known: (value) => texts.has(value),
        leaves: {
          text,
          hex: (value) => hex.of(hexUnits(value)),
          number: (form, set, value) => maps.get(`${set} ${form.name} ${form.least}`)?.(value) ?? value,
        },
      };
    },
  };
}

function drawTexts(texts: ReadonlySet<string>, order: LetterOrder, grow: boolean): (text: string) => string {
  const map = textMap({ random: secret(), grow });
  for (const one of texts) map.add(unitsOf(one, order));
  map.draw();
  const made = new Map<string, string>();
  return (text) => {
    const known = made.get(text) ?? map.of(unitsOf(text, order));
    made.set(text, known);
    return known;
  };
}

/** Texts that begin alike, and how long they are. */
interface Begun {
  readonly texts: Set<string>;
  readonly lengths: Set<number>;
}

/** Texts that are long enough to be recognised, by their beginnings. */
function fourLetters(texts: ReadonlySet<string>): ReadonlyMap<string, Begun> {
  const found = new Map<string, Begun>();
  for (const text of texts)
    if (text.length >= telling) {
      const lower = text.toLowerCase();
      const start = lower.slice(0, telling);
      const begun = found.get(start) ?? { texts: new Set(), lengths: new Set() };
      found.set(start, begun);
      begun.texts.add(lower);
      begun.lengths.add(lower.length);
    }
  return found;
}

function someHolds(
  texts: ReadonlySet<string>,
  made: (text: string) => string,
  originals: ReadonlyMap<string, Begun>,
): boolean {
  for (const one of texts) if (holds(made(one), originals)) return true;
  return false;
}

function holds(made: string, originals: ReadonlyMap<string, Begun>): boolean {
  const text = made.toLowerCase();
  for (let at = 0; at + telling <= text.length; at++) {
    const begun = originals.get(text.slice(at, at + telling));
    if (begun)
      for (const length of begun.lengths)
        if (at + length <= text.length && begun.texts.has(text.slice(at, at + length))) return true;
  }
  return false;
}

/** Numbers in [0, 1) from the system's own source. */
function secret(): Random {
  let [pool, at] = [randomBytes(0), 0];
  return () => {
    if (at + 6 > pool.length) [pool, at] = [randomBytes(6 * 4096), 0];
    const value = pool.readUIntBE(at, 6);
    at += 6;
    return value / 2 ** 48;
  };
}
