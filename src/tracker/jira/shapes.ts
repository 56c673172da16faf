/** Values of answers, read with care: every field may be absent, null or of another form. */

export type Fields = Readonly<Record<string, unknown>>;

/** The map that a value is; an empty one when it is none. */
export function record(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

/** The maps of a list; none when it is no list. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly unknown[]).map(record) : [];
}

/** The text that a value is; empty when it is none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An id, which some answers give as a number. */
export function idOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : text(value);
}

/** Milliseconds of `2026-11-20T09:47:00.000+0000`; 0 when it is none. */
export function timeOf(value: unknown): number {
  const time = Date.parse(text(value).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(time) ? 0 : time;
}

/** Somebody, by what does not change when they change their name. */
export interface Person {
  /** Account id of Jira Cloud, user name of a Data Center. */
  readonly accountId: string;
  /** Of Jira Cloud only, which proves addresses; anybody may write another one into a profile of a Data Center. */
  readonly email: string;
  /** What they call themselves. */
  readonly name: string;
}

/** The person that a value describes. */
export function personOf(value: unknown): Person {
  const person = record(value);
  const accountId = text(person['accountId']);
  return {
    accountId: accountId === '' ? text(person['name']) : accountId,
    email: accountId === '' ? '' : text(person['emailAddress']),
    name: text(person['displayName']),
  };
}
