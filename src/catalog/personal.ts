/** What people's data a column holds. */
export type PersonalKind = 'email' | 'name' | 'phone' | 'address' | 'date' | 'hash' | 'last4' | 'ip' | 'iban';

interface Habit {
  readonly name: RegExp;
  readonly kind: PersonalKind;
  readonly class: 'personal' | 'secret';
}

/** Names of columns that usually hold people's data or secrets, most telling first; words are separated by `_`. */
const habits: readonly Habit[] = [
  {
    name: /(?:^|_)(?:password|passwd|pwd|secret|token|api_?key|private_?key|otp|pin_?(?:code|hash)?|salt|credentials?)(?:_|$)/,
    kind: 'hash',
    class: 'secret',
  },
  { name: /(?:^|_)(?:e_?mail|mail)(?:_|$)/, kind: 'email', class: 'personal' },
  { name: /(?:^|_)(?:phone|mobile|telephone|tel|fax|msisdn)(?:_|$)/, kind: 'phone', class: 'personal' },
  { name: /(?:^|_)(?:iban|bank_?account|account_?iban)(?:_|$)/, kind: 'iban', class: 'personal' },
  {
    name: /(?:^|_)(?:ssn|social_?security|tax_?id|national_?id|passport|card_?(?:number|no)|pan|driving_?licen[cs]e)(?:_|$)/,
    kind: 'last4',
    class: 'personal',
  },
  {
    name: /(?:^|_)(?:birth|birthday|birthdate|date_?of_?birth|dob|born)(?:_|$)/,
    kind: 'date',
    class: 'personal',
  },
  {
    name: /(?:^|_)(?:ip|ip_?addr(?:ess)?|remote_?addr|client_?ip|last_?ip)(?:_|$)/,
    kind: 'ip',
    class: 'personal',
  },
  {
    name: /(?:^|_)(?:first|last|full|given|family|middle|maiden|display|contact|customer|person|patient|employee|guest|author|recipient|user)_?name(?:s)?(?:_|$)|(?:^|_)surname(?:_|$)|^forename$|^(?:user_?)?nickname$/,
    kind: 'name',
    class: 'personal',
  },
  {
    name: /(?:^|_)(?:street|address|address_?line(?:_?\d)?|postal_?address|home_?address|zip|zip_?code|post_?code|postal_?code|house_?(?:number|no))(?:_|\d|$)/,
    kind: 'address',
    class: 'personal',
  },
];

/** Tables whose plain `name` is a person's. */
const people =
  /^(?:user|customer|person|people|employee|patient|contact|member|guest|student|author|client|applicant|candidate|driver|subscriber)s?$/;

/** What a column's name tells about its values; undefined when it does not look personal. */
export function guessPersonal(
  table: string,
  column: string,
): { readonly kind: PersonalKind; readonly class: 'personal' | 'secret' } | undefined {
  const name = words(column);
  if (name === 'name' && people.test(words(table).split('_').at(-1) ?? ''))
    return { kind: 'name', class: 'personal' };
  // Facts about a value are not the value: `email_verified`, `phone_count`, `password_changed_at`.
  if (/_(?:at|on|id|count|verified|confirmed|enabled|type|kind|status|sent|hint|domain)$/.test(name))
    return undefined;
  if (/^(?:is|has|can)_/.test(name)) return undefined;
  const found = habits.find((habit) => habit.name.test(name));
  return found && { kind: found.kind, class: found.class };
}

/** `clientIPAddress` and `client-ip address` as `client_ip_address`. */
function words(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_');
}
