/** Text as units of the same kind: letters, digits and the rest, as collations and programs see them. */

/** How the letters of a text are compared: by their code, or by a language, where case and accents come last. */
export type LetterOrder = 'code' | 'language';

export type UnitKind = 'letter' | 'digit' | 'hex' | 'script' | 'fixed';

/** One unit; `key` orders it among those of its kind, and what a substitute has to keep stands beside it. */
export interface Unit {
  readonly kind: UnitKind;
  readonly key: string;
  readonly upper: boolean;
  /** Combining marks. */
  readonly marks: string;
}

/** Letters that Unicode does not take apart, as languages sort them. */
const whole: Readonly<Record<string, readonly [string, string]>> = {
  ø: ['o', '\u0338'],
  ł: ['l', '\u0335'],
  đ: ['d', '\u0335'],
  ħ: ['h', '\u0335'],
  ı: ['i', '\u0323'],
};

/** Letters that are sorted as two. */
const double: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };

/** Units of a text in order. */
export function unitsOf(text: string, order: LetterOrder): readonly Unit[] {
  return Array.from(text.normalize('NFC')).flatMap((letter) => unit(letter, order));
}

/** The half-bytes of a binary value. */
export function hexUnits(hex: string): readonly Unit[] {
  return Array.from(hex.toLowerCase(), (key) => ({ kind: 'hex', key, upper: false, marks: '' }));
}

function unit(letter: string, order: LetterOrder): readonly Unit[] {
  const lower = letter.toLowerCase();
  const upper = letter !== lower && lower.toUpperCase() === letter;
  const plain = upper ? lower : letter;
  if (plain >= 'a' && plain <= 'z' && plain.length === 1)
    return [{ kind: 'letter', key: plain, upper, marks: '' }];
  if (letter >= '0' && letter <= '9') return [{ kind: 'digit', key: letter, upper: false, marks: '' }];
  if (order === 'language') {
    const parts = whole[plain] ?? taken(plain);
    if (parts) return [{ kind: 'letter', key: parts[0], upper, marks: parts[1] }];
    const two = double[plain];
    if (two !== undefined)
      return Array.from(two, (key, at) => ({ kind: 'letter', key, upper: upper && at === 0, marks: '' }));
  }
  return /[\p{L}\p{Nd}]/u.test(letter)
    ? [{ kind: 'script', key: plain, upper, marks: '' }]
    : [{ kind: 'fixed', key: letter, upper: false, marks: '' }];
}

/** Base letter and marks; undefined when the base is no letter of ASCII. */
function taken(letter: string): readonly [string, string] | undefined {
  const apart = letter.normalize('NFD');
  return apart.length > 1 && /^[a-z]\p{M}+$/u.test(apart) ? [apart[0]!, apart.slice(1)] : undefined;
}

/** A substitute with the case and marks of the unit it stands for. */
export function dressed(substitute: string, { upper, marks }: Unit): string {
  if (!upper && marks === '') return substitute;
  const [first = '', ...rest] = Array.from(substitute);
  const raised = upper && first.toUpperCase().length === first.length ? first.toUpperCase() : first;
  return `${raised}${marks}${rest.join('')}`.normalize('NFC');
}

/** Letters of the same script near this one, in order, from which its substitute is taken. */
export function siblings(letter: string): readonly string[] {
  const code = letter.codePointAt(0)!;
  const category = /\p{Nd}/u.test(letter) ? /^\p{Nd}$/u : /\p{Ll}/u.test(letter) ? /^\p{Ll}$/u : /^\p{Lo}$/u;
  const first = code - (code % 64);
  return Array.from({ length: 64 }, (_, at) => String.fromCodePoint(first + at)).filter(
    (one) => category.test(one) && one.normalize('NFC') === one && one.toUpperCase().length === one.length,
  );
}
