/** What values themselves tell: addresses, accounts and numbers of people have forms that nothing else has. */

/** What a set of values looks like. */
export interface PrivateLooks {
  readonly what: 'e-mail addresses' | 'bank accounts' | 'card numbers' | 'phone numbers' | 'secrets';
  readonly class: 'personal' | 'secret';
}

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;
const phone =
  /^(?:\+|00)[1-9][\d ()./-]{6,20}$|^\(?0\d{1,5}\)?[ /-][\d ()./-]{4,16}$|^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/;
const secret =
  /^(?:\$2[aby]\$\d\d\$|\$argon2|\$scrypt|pbkdf2[_:$]|sk_(?:live|test)_|gh[pousr]_|AKIA[0-9A-Z]{16}|eyJ[\w-]+\.eyJ)/;

/** Characters of a value that are looked at. */
const longest = 2000;

/** Share of the values that has to look like a number of a person; other numbers pass a check sum by chance. */
const many = 0.5;

/** What a column's values look like; one e-mail address or secret is enough, since nothing else has its form. */
export function looksPrivate(values: Iterable<string>): PrivateLooks | undefined {
  let [all, phones, accounts, cards] = [0, 0, 0, 0];
  for (const value of values) {
    all++;
    const start = value.length > longest ? value.slice(0, longest) : value;
    if (secret.test(start)) return { what: 'secrets', class: 'secret' };
    if (start.includes('@') && email.test(start)) return { what: 'e-mail addresses', class: 'personal' };
    if (isIban(start)) accounts++;
    else if (isCard(start)) cards++;
    else if (phone.test(start)) phones++;
  }
  const most = (count: number): boolean => count > 0 && count >= all * many;
  if (most(accounts)) return { what: 'bank accounts', class: 'personal' };
  if (most(cards)) return { what: 'card numbers', class: 'personal' };
  return most(phones) ? { what: 'phone numbers', class: 'personal' } : undefined;
}

/** An International Bank Account Number with a right check sum (ISO 13616). */
export function isIban(text: string): boolean {
  // Most values are ruled out by their beginning.
  if (!/^[A-Za-z]{2}[ -]*\d/.test(text)) return false;
  const plain = text.replaceAll(/[ -]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  let rest = 0;
  for (const letter of plain.slice(4) + plain.slice(0, 4))
    rest = Number(`${rest}${Number.parseInt(letter, 36)}`) % 97;
  return rest === 1;
}

/** The number of a payment card: its first digits, length, and a right check digit (Luhn). */
export function isCard(text: string): boolean {
  if (!/^[2-6][\d -]{11,24}$/.test(text)) return false;
  const digits = text.replaceAll(/(?<=\d)[ -](?=\d)/g, '');
  if (!/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12})$/.test(digits))
    return false;
  let sum = 0;
  for (const [at, digit] of Array.from(digits).toReversed().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
