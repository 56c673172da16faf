import type { MaskKind } from '../mask/model.ts';
import { guessPersonal } from '../catalog/personal.ts';
import type { MakerName } from './makers.ts';

/** What names of text columns tell, most telling first; words are separated by `_`. */
const texts: readonly (readonly [RegExp, MakerName])[] = [
  [/(?:^|_)e_?mail(?:_|$)/, 'email'],
  [/^(?:first|given|fore)_?name$|_first_name$/, 'firstName'],
  [/^(?:last|family|sur)_?name$|_last_name$|surname/, 'lastName'],
  [/(?:^|_)(?:user_?name|login|handle|nick_?name|screen_name)$/, 'userName'],
  [
    /(?:^|_)(?:full|display|contact|customer|author|recipient|person|patient|guest|member|employee)_?name$/,
    'fullName',
  ],
  [/(?:^|_)(?:phone|mobile|telephone|tel|fax)(?:_|$)/, 'phone'],
  [
    /(?:^|_)(?:company|organi[sz]ation|employer|vendor|supplier|manufacturer|brand|merchant|tenant)(?:_name)?$/,
    'company',
  ],
  [/(?:^|_)(?:street|address|address_line_?\d?|line_?1)$/, 'street'],
  [/(?:^|_)(?:city|town)(?:_name)?$/, 'city'],
  [/(?:^|_)(?:zip|zip_?code|post_?code|postal_?code)$/, 'postcode'],
  [/(?:^|_)(?:state_name|province|region|county)$/, 'region'],
  [/(?:^|_)country_?code$/, 'countryCode'],
  [/(?:^|_)country(?:_name)?$/, 'country'],
  [/(?:^|_)currency(?:_?code)?$/, 'currency'],
  [/(?:^|_)(?:locale|language|lang)(?:_?code)?$/, 'language'],
  [/(?:^|_)(?:time_?zone|tz)$/, 'timeZone'],
  [/(?:^|_)iban$/, 'iban'],
  [/(?:^|_)(?:bic|swift)(?:_code)?$/, 'bic'],
  [/(?:^|_)(?:avatar|image|photo|picture|thumbnail|logo)(?:_?ur[li])?$/, 'imageUrl'],
  [/(?:^|_)(?:ur[li]|website|web_?site|homepage|link|href)$/, 'url'],
  [/(?:^|_)(?:user_?agent)$/, 'userAgent'],
  [/(?:^|_)(?:mime|mime_?type|content_?type|media_type)$/, 'mimeType'],
  [/(?:^|_)(?:file_?name|filename)$/, 'fileName'],
  [/(?:^|_)(?:path|route)$/, 'path'],
  [/(?:^|_)slug$/, 'slug'],
  [/(?:^|_)(?:colou?r)(?:_?code)?$/, 'colour'],
  [/(?:^|_)(?:sku|article_?number|product_?code)$/, 'sku'],
  [/(?:^|_)(?:ip|ip_?addr(?:ess)?|remote_addr|client_ip)$/, 'ip'],
  [/(?:^|_)(?:job_?title|position_title|occupation)$/, 'jobTitle'],
  [/(?:^|_)(?:department|team)(?:_name)?$/, 'department'],
  [
    /(?:^|_)(?:password|passwd|pwd|secret|token|api_?key|hash|digest|checksum|salt|fingerprint)(?:_hash)?$/,
    'digest',
  ],
  [/(?:^|_)(?:subject|headline|title)$/, 'title'],
  [
    /(?:^|_)(?:description|comment|comments|body|content|notes?|message|bio|summary|remarks?|reason|text|review|abstract)$/,
    'sentence',
  ],
];

/** What a table's plain `name` means. */
const names: readonly (readonly [RegExp, MakerName])[] = [
  [
    /(?:^|_)(?:compan(?:y|ies)|organi[sz]ations?|suppliers?|vendors?|merchants?|tenants?|accounts?|clients?|brands?|manufacturers?)$/,
    'company',
  ],
  [/(?:^|_)(?:products?|items?|articles?|goods)$/, 'product'],
  [/(?:^|_)(?:categor(?:y|ies)|departments?)$/, 'department'],
  [/(?:^|_)(?:cit(?:y|ies)|towns?)$/, 'city'],
  [/(?:^|_)countr(?:y|ies)$/, 'country'],
  [/(?:^|_)tags?$/, 'word'],
];

const numbers: readonly (readonly [RegExp, MakerName])[] = [
  [/(?:^|_)(?:lat|latitude)$/, 'latitude'],
  [/(?:^|_)(?:lon|lng|longitude)$/, 'longitude'],
  [/(?:^|_)(?:price|amount|total|subtotal|cost|fee|net|gross|balance|revenue|salary)$/, 'price'],
  [/(?:^|_)(?:quantity|qty)$/, 'quantity'],
];

const wholeNumbers: readonly (readonly [RegExp, MakerName])[] = [
  [/(?:_minor|_cents|_pence)$/, 'minorUnits'],
  [/(?:^|_)(?:quantity|qty)$/, 'quantity'],
];

const byMask: Readonly<Partial<Record<MaskKind, MakerName>>> = {
  email: 'email',
  name: 'fullName',
  phone: 'phone',
  address: 'street',
  text: 'sentence',
  hash: 'digest',
  last4: 'lastFour',
  ip: 'ip',
  iban: 'iban',
  url: 'url',
};

/** Words of a comment that leave no doubt. */
const comments: readonly (readonly [RegExp, MakerName])[] = [
  [/\be-?mail address\b/i, 'email'],
  [/\b(?:phone|telephone) number\b/i, 'phone'],
  [/\bISO 4217\b/i, 'currency'],
  [/\bISO 3166\b/i, 'countryCode'],
];

/** The maker that suits a column, by its name, by what its comment says, or by the mask it needs. */
export function kindOf(column: {
  readonly table: string;
  readonly column: string;
  readonly comment?: string;
  readonly family: string;
  readonly length?: number;
  readonly mask?: MaskKind;
}): MakerName | undefined {
  const name = words(column.column);
  const table = words(column.table);
  const find = (list: readonly (readonly [RegExp, MakerName])[], text: string): MakerName | undefined =>
    list.find(([pattern]) => pattern.test(text))?.[1];
  switch (column.family) {
    case 'text': {
      const named =
        name === 'name'
          ? guessPersonal(column.table, column.column)
            ? 'fullName'
            : find(names, table)
          : find(texts, name);
      // A code of two letters is a country's only where the column has no room for its name.
      const found =
        named === 'country' && column.length !== undefined && column.length <= 3
          ? column.length === 2
            ? 'countryCode'
            : undefined
          : named;
      const masked = column.mask === undefined ? undefined : byMask[column.mask];
      return found ?? masked ?? (column.comment === undefined ? undefined : find(comments, column.comment));
    }
    case 'number':
      return find(numbers, name);
    case 'integer':
      return find(wholeNumbers, name);
    case 'date':
      return /(?:^|_)(?:birth|dob|born|birthday)/.test(name) ? 'birthday' : undefined;
    case 'network':
      return 'ip';
    default:
      return undefined;
  }
}

function words(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_');
}
