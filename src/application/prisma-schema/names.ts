/** The names that Prisma gives to what a schema leaves unnamed. */
import type { PrismaAttribute, PrismaField, PrismaModel, PrismaValue, Refuse } from './model.ts';

/** The argument of this name, or the one at this place without a name. */
export function argument(attribute: PrismaAttribute, name: string, place = -1): PrismaValue | undefined {
  const bare = attribute.arguments.filter((each) => each.name === undefined);
  return attribute.arguments.find((each) => each.name === name)?.value ?? bare[place]?.value;
}

/** A text argument. */
export function textArgument(
  attribute: PrismaAttribute | undefined,
  name: string,
  place = -1,
): string | undefined {
  const value = attribute && argument(attribute, name, place);
  return value?.kind === 'text' ? value.text : undefined;
}

/** The name in the database: `@map`, or the name itself. */
export function mapped(named: {
  readonly name: string;
  readonly attributes: readonly PrismaAttribute[];
}): string {
  return (
    textArgument(
      named.attributes.find(({ name }) => name === 'map'),
      'name',
      0,
    ) ?? named.name
  );
}

/** The schema of a model or an enum. */
export function schemaOf({ attributes }: { readonly attributes: readonly PrismaAttribute[] }): string {
  return (
    textArgument(
      attributes.find(({ name }) => name === 'schema'),
      'name',
      0,
    ) ?? 'public'
  );
}

/** `orders_customer_id_fkey`, cut in front of its last word to what a server takes. */
export function constraintName(parts: readonly string[], word: string): string {
  const bytes = 63 - word.length - 1;
  let kept = '';
  for (const letter of parts.join('_')) {
    if (Buffer.byteLength(kept + letter) > bytes) break;
    kept += letter;
  }
  return `${kept}_${word}`;
}

/** Fields that a list such as `[a, b(sort: Desc)]` names, with what is said of each. */
export function listedFields(
  model: PrismaModel,
  value: PrismaValue | undefined,
  line: number,
  refuse: Refuse,
): readonly { readonly field: PrismaField; readonly call: PrismaAttribute['arguments'] }[] {
  if (value?.kind !== 'list') return refuse(line, 'a list of fields is missing');
  return value.items.map((item) => {
    const field = item.kind === 'word' ? model.fields.find(({ name }) => name === item.word) : undefined;
    if (!field || item.kind !== 'word')
      return refuse(line, `${item.kind === 'word' ? item.word : 'something'} is no field of ${model.name}`);
    return { field, call: item.call ?? [] };
  });
}
