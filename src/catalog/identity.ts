import type { Name } from './model.ts';

/** A name as somebody wrote it: the schema may be missing. */
export interface WrittenName {
  readonly schema?: string;
  readonly name: string;
  /** The name part stood in double quotes, so its case is exact. */
  readonly quoted: boolean;
}

/** The key of an object in sets and maps: `schema.name`, without quotes. */
export function keyOf(name: Name): string {
  return `${name.schema}.${name.name}`;
}

/** Whether two names mean the same object. */
export function sameName(a: Name, b: Name): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** The bare name of an object, without the parts around it. */
export function nameOf({ schema, name }: Name): Name {
  return { schema, name };
}

/** A name for people: parts that would be misread get double quotes, `public."Order.Line"`. */
export function printName(name: Name): string {
  return `${printPart(name.schema)}.${printPart(name.name)}`;
}

/** One part of a printed name; capitals get quotes, since SQL would fold them. */
export function printPart(part: string): string {
  return part === part.toLowerCase() && /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(part)
    ? part
    : `"${part.replaceAll('"', '""')}"`;
}

/** Takes `users`, `public.users` or `"My Schema"."Users"` apart; an unquoted name keeps its case here. */
export function parseName(text: string): WrittenName {
  const parts = [...text.trim().matchAll(/"((?:[^"]|"")*)"|([^."\s]+)/g)].map((match) =>
    match[1] === undefined
      ? { text: match[2] ?? '', quoted: false }
      : { text: match[1].replaceAll('""', '"'), quoted: true },
  );
  const last = parts.at(-1) ?? { text: text.trim(), quoted: false };
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  return { ...(schema ? { schema: schema.text } : {}), name: last.text, quoted: last.quoted };
}
