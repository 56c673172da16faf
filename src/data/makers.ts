import type { Faker } from '@faker-js/faker';

/** Somebody who does not exist. */
export interface Person {
  readonly first: string;
  readonly last: string;
  readonly company: string;
  readonly born: Date;
}

/** How one kind of value is made. */
export interface Maker {
  make(faker: Faker, person: Person, place: number): string;
  /** The same value may stand in several rows. */
  readonly repeats: boolean;
}

const often = (make: Maker['make']): Maker => ({ make, repeats: true });
const once = (make: Maker['make']): Maker => ({ make, repeats: false });
const ascii = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '');
const slug = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
/** Names in other scripts leave nothing in ASCII. */
const account = ({ first, last }: Person, place: number, between: string): string =>
  [ascii(first), ascii(last)].filter((part) => part !== '').join(between) || `person${place + 1}`;
const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Domains that RFC 2606 keeps free. */
const domains = ['example.com', 'example.org', 'example.net'];
/** Area codes of the North American plan; 555-0100 to 555-0199 is kept free in each. */
const areas = ['202', '206', '212', '303', '312', '404', '415', '503', '617', '702', '713', '808'];
const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'JPY'];

const makersByName = {
  email: once(
    (faker, person, place) => `${account(person, place, '.')}@${faker.helpers.arrayElement(domains)}`,
  ),
  firstName: often((_, { first }) => first),
  lastName: often((_, { last }) => last),
  fullName: often((_, { first, last }) => `${first} ${last}`),
  userName: once((_, person, place) => account(person, place, '_')),
  phone: once(
    (faker) =>
      `+1 ${faker.helpers.arrayElement(areas)} 555 01${String(faker.number.int({ min: 0, max: 99 })).padStart(2, '0')}`,
  ),
  company: once((_, { company }) => company),
  product: once((faker) => faker.commerce.productName()),
  department: once((faker) => faker.commerce.department()),
  street: often((faker) => faker.location.streetAddress()),
  city: often((faker) => faker.location.city()),
  postcode: often((faker) => faker.location.zipCode()),
  region: often((faker) => faker.location.state()),
  country: often((faker) => faker.location.country()),
  countryCode: often((faker) => faker.location.countryCode('alpha-2')),
  currency: often((faker) => faker.helpers.arrayElement(currencies)),
  language: often((faker) => faker.helpers.arrayElement(['en', 'de', 'fr', 'es', 'pt', 'ja'])),
  timeZone: often((faker) => faker.location.timeZone()),
  iban: once((faker) => faker.finance.iban({ formatted: false, countryCode: 'DE' })),
  bic: often((faker) => faker.finance.bic()),
  imageUrl: once(
    (faker) => `https://example.com/images/${faker.string.alphanumeric({ length: 10, casing: 'lower' })}.png`,
  ),
  url: once((faker) => `https://example.com/${slug(`${faker.word.adjective()} ${faker.word.noun()}`)}`),
  userAgent: often((faker) => faker.internet.userAgent()),
  mimeType: often((faker) =>
    faker.helpers.arrayElement(['image/png', 'application/pdf', 'text/plain', 'text/csv']),
  ),
  fileName: once(
    (faker) =>
      `${slug(`${faker.word.adjective()} ${faker.word.noun()}`)}.${faker.helpers.arrayElement(['pdf', 'png', 'csv', 'txt'])}`,
  ),
  path: once(
    (faker) => `/${slug(faker.word.noun())}/${slug(`${faker.word.adjective()} ${faker.word.noun()}`)}`,
  ),
  slug: once((faker) => slug(`${faker.word.adjective()} ${faker.word.noun()}`)),
  word: once((faker) => faker.word.noun()),
  colour: often((faker) => faker.color.rgb()),
  sku: once((faker) => `${faker.string.alpha({ length: 3, casing: 'upper' })}-${faker.string.numeric(5)}`),
  ip: often(
    (faker) =>
      `${faker.helpers.arrayElement(['192.0.2', '198.51.100', '203.0.113'])}.${faker.number.int({ min: 1, max: 254 })}`,
  ),
  jobTitle: often((faker) => faker.person.jobTitle()),
  digest: once((faker) => faker.string.hexadecimal({ length: 32, casing: 'lower', prefix: '' })),
  lastFour: once((faker) => `**** ${faker.string.numeric(4)}`),
  title: once((faker) => upper(`${faker.word.adjective()} ${faker.word.noun()}`)),
  sentence: often((faker) => faker.company.catchPhrase().replace(/\.?$/, '.')),
  birthday: often((_, { born }) => born.toISOString().slice(0, 10)),
  latitude: often((faker) => faker.location.latitude({ precision: 5 }).toFixed(5)),
  longitude: often((faker) => faker.location.longitude({ precision: 5 }).toFixed(5)),
  price: often((faker) => faker.commerce.price({ min: 1, max: 500, dec: 2 })),
  quantity: often((faker) => String(faker.number.int({ min: 1, max: 5 }))),
  minorUnits: often((faker) => String(faker.number.int({ min: 199, max: 49_999 }))),
} satisfies Readonly<Record<string, Maker>>;

/** Name of a maker. */
export type MakerName = keyof typeof makersByName;

/** Makers of values; people and addresses are of nobody and of nowhere. */
export const makers: Readonly<Record<MakerName, Maker>> = makersByName;
