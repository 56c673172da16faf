// Lengths are bounded, so that a long text of an agent or a ticket is read once and not from each of its letters anew.
const inUrl = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/?#'"<>]{0,300}):[^\s@'"<>]{1,5000}@/gi;
const named = /\b((?:pg)?(?:password|passwd)\s{0,20}[=:]\s{0,20})(?:'[^']*'|"[^"]*"|[^\s'"&;,)]+)/gi;

/** The text with passwords of addresses (`postgres://user:…@host`) and of `password=…` replaced by stars. */
export function hideSecrets(text: string): string {
  return text.replaceAll(inUrl, '$1:***@').replaceAll(named, '$1***');
}

/** A copy of plain data in which every text went through {@link hideSecrets}. */
export function withoutSecrets<T>(value: T): T {
  if (typeof value === 'string') return hideSecrets(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSecrets<unknown>(item)]),
  ) as T;
}
