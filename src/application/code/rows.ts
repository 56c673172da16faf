/** Rows as plain interfaces, for mappers that bring no model of their own, and unions for enums. */
import type { Entity, Enumeration, Models } from '../model.ts';
import { doc, heading, insertable, literal, optional, property, valueType } from './typescript.ts';
import type { BigintAs } from './typescript.ts';

/** Interfaces `User` and `NewUser` of one entity. */
export function rowInterfaces(
  entity: Entity,
  enumerations: readonly Enumeration[],
  bigintAs: BigintAs,
): readonly string[] {
  const { typeName, table, comment, attributes } = entity;
  const type = (attribute: (typeof attributes)[number]): string =>
    valueType(attribute.type, bigintAs, enumerations) + (attribute.nullable ? ' | null' : '');
  return [
    ...doc(`A row of ${table.schema}.${table.name}${comment ? `: ${comment}` : ''}`),
    `export interface ${typeName} {`,
    ...attributes.flatMap((each) => [
      ...doc(each.comment, '  '),
      `  readonly ${property(each.property)}: ${type(each)};`,
    ]),
    '}',
    '',
    ...doc('What an insert gives; what is left out gets its default.'),
    `export interface New${typeName} {`,
    ...insertable(attributes).map(
      (each) => `  readonly ${property(each.property)}${optional(each) ? '?' : ''}: ${type(each)};`,
    ),
    '}',
    '',
  ];
}

/** Text of `enumerations.ts`; undefined when there is none. */
export function enumerationsFile({ enumerations }: Models): string | undefined {
  if (enumerations.length === 0) return undefined;
  return [
    ...heading('Enums of the database.'),
    ...enumerations.flatMap(({ type, typeName, labels }) => [
      ...doc(`${type.schema}.${type.name}`),
      `export type ${typeName} = ${labels.map(literal).join(' | ') || 'never'};`,
      '',
    ]),
  ].join('\n');
}

/** Names of enumerations that these entities use. */
export function enumerationsOf(entities: readonly Entity[], { enumerations }: Models): readonly string[] {
  const used = entities.flatMap(({ attributes }) =>
    attributes.map(({ type }) => (type.element ?? type).enumeration),
  );
  return enumerations
    .filter(({ type }) => used.some((each) => each?.schema === type.schema && each.name === type.name))
    .map(({ typeName }) => typeName);
}

/** Whether any of the entities holds JSON. */
export function holdsJson(entities: readonly Entity[]): boolean {
  return entities.some(({ attributes }) =>
    attributes.some(({ type }) => (type.element ?? type).kind === 'json'),
  );
}
