/** Plausible values by what a column is called, from a library's word lists; equal seeds give equal values. */
import type { Faker } from '@faker-js/faker';
import { fail } from '../base/error.ts';
import { hash } from '../base/hash.ts';
import type { MaskKind } from '../mask/model.ts';
import { kindOf } from './kinds.ts';
import { makers, type Person } from './makers.ts';

/** What is known about a column that needs values. */
export interface Wanted {
  readonly table: string;
  readonly column: string;
  /** Sentence of the column's comment. */
  readonly comment?: string;
  readonly family: string;
  /** Most characters; undefined when the column takes any. */
  readonly length?: number;
  readonly count: number;
  /** The column is personal and hidden like this. */
  readonly mask?: MaskKind;
  /** Values that must not come up. */
  readonly forbidden: ReadonlySet<string>;
}

/** Word lists in one language. */
export interface Dictionary {
  /** A value for each row's number from 1, values of one row fitting together; undefined when the name says nothing. */
  values(wanted: Wanted): readonly string[] | undefined;
}

/** Tries for one value that fits the column and is new. */
const tries = 40;

/** Opens the word lists of a language; throws `usage.wrong-option` for a language that there is none of. */
export async function openDictionary(locale: string, seed: number): Promise<Dictionary> {
  const faker = await load(locale);
  return {
    values(wanted) {
      const kind = kindOf(wanted);
      const make = kind === undefined ? undefined : makers[kind];
      if (!make) return undefined;
      const people = peopleOf(faker, seed, wanted);
      faker.seed(seedOf(seed, `${wanted.table}.${wanted.column}`));
      const taken = new Set<string>();
      const values: string[] = [];
      for (const [i, person] of people.entries()) {
        const value = oneOf(() => make.make(faker, person, i), wanted, make.repeats ? undefined : taken);
        if (value === undefined) return undefined;
        taken.add(value);
        values.push(value);
      }
      return values;
    },
  };
}

async function load(locale: string): Promise<Faker> {
  if (/^[a-z]{2}(?:_[A-Za-z]{2,})*$/.test(locale)) {
    try {
      const words = (await import(`@faker-js/faker/locale/${locale}`)) as { readonly faker: Faker };
      return words.faker;
    } catch {
      // Told below: there are no such word lists.
    }
  }
  return fail('usage.wrong-option', `There are no word lists for the language ${locale.slice(0, 20)}.`, {
    hint: 'Use one such as en, de, fr, es, pt_BR or ja.',
  });
}

/** The people of a table: who stands in a row is the same for its name, its e-mail and its account. */
function peopleOf(faker: Faker, seed: number, { table, count, forbidden }: Wanted): readonly Person[] {
  faker.seed(seedOf(seed, table));
  return Array.from({ length: count }, (): Person => {
    const sex = faker.person.sexType();
    const name = (make: () => string): string => {
      for (let turn = 0; turn < tries; turn++) {
        const made = make();
        if (!forbidden.has(made)) return made;
      }
      return make();
    };
    return {
      first: name(() => faker.person.firstName(sex)),
      last: name(() => faker.person.lastName(sex)),
      company: faker.company.name(),
      born: faker.date.birthdate({ min: 18, max: 80, mode: 'age', refDate: '2026-01-01' }),
    };
  });
}

function oneOf(
  make: () => string,
  { length, forbidden }: Wanted,
  taken: ReadonlySet<string> | undefined,
): string | undefined {
  const fits = (value: string): boolean =>
    (length === undefined || Array.from(value).length <= length) &&
    !forbidden.has(value) &&
    !taken?.has(value);
  let last = '';
  for (let turn = 0; turn < tries; turn++) {
    last = make();
    if (fits(last)) return last;
  }
  // Word lists are short: a number makes the last word a new one.
  for (let number = 2; number < tries + 1000 && last !== ''; number++) {
    const at = last.indexOf('@');
    const numbered = at > 0 ? `${last.slice(0, at)}${number}${last.slice(at)}` : `${last} ${number}`;
    if (fits(numbered)) return numbered;
  }
  return undefined;
}

function seedOf(seed: number, of: string): number {
  return Number.parseInt(hash(`${seed} ${of}`).slice(0, 8), 16);
}
