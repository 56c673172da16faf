/** What the conditions of a table say about single values, as far as a program can check it without the database. */
import type { Attribute, Entity } from '../model.ts';

/** Limits of one attribute; decimals are kept as text. */
export interface Limits {
  readonly atLeast?: string;
  readonly above?: string;
  readonly atMost?: string;
  readonly below?: string;
  /** Most letters (code points). */
  readonly letters?: number;
  /** Something other than blanks must be there. */
  readonly notBlank?: boolean;
  readonly oneOf?: readonly string[];
}

/** Limits of an attribute from its type and the checks of its table. */
export function limitsOf(entity: Entity, attribute: Attribute): Limits {
  let limits: Limits = attribute.type.length === undefined ? {} : { letters: attribute.type.length };
  for (const part of entity.checks.flatMap(({ definition }) => partsOf(definition)))
    limits = { ...limits, ...limitIn(part, attribute) };
  return limits;
}

/** Checks that {@link limitsOf} says nothing about. */
export function untranslated(entity: Entity): readonly string[] {
  return entity.checks
    .filter(({ definition }) =>
      partsOf(definition).some((part) =>
        entity.attributes.every((attribute) => Object.keys(limitIn(part, attribute)).length === 0),
      ),
    )
    .map(({ name, definition }) => `${name}: ${definition.replaceAll(/\s+/g, ' ')}`);
}

/** The parts of `CHECK ((a) AND (b))` that must all hold. */
function partsOf(definition: string): readonly string[] {
  const inner = /^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition)?.[1] ?? '';
  const bare = unwrapped(inner);
  const parts = bare.split(/ AND /);
  return parts.every(balanced) ? parts.map(unwrapped) : [bare];
}

function balanced(text: string): boolean {
  return text.split('(').length === text.split(')').length && text.split("'").length % 2 === 1;
}

function unwrapped(text: string): string {
  const inner = /^\((.*)\)$/s.exec(text.trim())?.[1];
  return inner !== undefined && closesAtEnd(inner) ? unwrapped(inner) : text.trim();
}

/** No parenthesis of the text closes one that was opened before it. */
function closesAtEnd(text: string): boolean {
  let depth = 0;
  for (const letter of text) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return true;
}

function limitIn(part: string, { sqlName, type }: Attribute): Limits {
  const name = `\\(?${sqlName.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\)?(?:::[a-z ]+)?`;
  const number = `\\(?'?(-?\\d+(?:\\.\\d+)?)'?\\)?(?:::[a-z ]+)?`;
  const compared = new RegExp(`^${name} (>=|>|<=|<) ${number}$`).exec(part);
  if (compared && ['integer', 'bigint', 'float', 'decimal'].includes(type.kind))
    return { [{ '>=': 'atLeast', '>': 'above', '<=': 'atMost', '<': 'below' }[compared[1]!]!]: compared[2]! };
  const length = new RegExp(`^(?:char_length|length)\\(${name}\\) (<=|<) (\\d+)$`).exec(part);
  if (length) return { letters: Number(length[2]) - (length[1] === '<' ? 1 : 0) };
  if (new RegExp(`^btrim\\(${name}\\) <> ''(?:::text)?$`).test(part)) return { notBlank: true };
  const listed = new RegExp(`^${name} = ANY \\(\\(?ARRAY\\[(.*)\\]\\)?(?:::[a-z ]+\\[\\])?\\)$`).exec(part);
  const values = listed?.[1]
    ?.match(/'(?:[^']|'')*'/g)
    ?.map((text) => text.slice(1, -1).replaceAll("''", "'"));
  return values && type.kind === 'text' ? { oneOf: values } : {};
}
