/** Columns as Drizzle writes them. */
import { doc, indented, literal, property, valueType } from '../../code/typescript.ts';
import type { Attribute, Entity, Models } from '../../model.ts';

/** Lines of an entity's columns, and the builders of `drizzle-orm/pg-core` that they call. */
export function columnLines(
  entity: Entity,
  models: Models,
): { readonly lines: readonly string[]; readonly builders: ReadonlySet<string> } {
  const builders = new Set<string>();
  const lines = entity.attributes.flatMap((attribute) => [
    ...doc(attribute.comment),
    `${property(attribute.property)}: ${columnOf(attribute, models, builders)},`,
  ]);
  return { lines: indented(lines), builders };
}

function columnOf(attribute: Attribute, models: Models, builders: Set<string>): string {
  const { identity, generated, nullable } = attribute;
  return [
    typeOf(attribute, models, builders),
    identity === 'always' ? '.generatedAlwaysAsIdentity()' : '',
    identity === 'by default' ? '.generatedByDefaultAsIdentity()' : '',
    generated ? `.generatedAlwaysAs(sql.raw(${literal(generated.expression)}))` : '',
    attribute.default === undefined ? '' : `.default(sql.raw(${literal(attribute.default)}))`,
    nullable ? '' : '.notNull()',
  ].join('');
}

function typeOf({ type, column }: Attribute, models: Models, builders: Set<string>): string {
  const name = literal(column);
  const use = (builder: string, options = ''): string => {
    builders.add(builder);
    return `${builder}(${name}${options === '' ? '' : `, ${options}`})`;
  };
  const element = type.element ?? type;
  const plain = type.type === type.base;
  const brackets = type.element ? '.array()' : '';
  if (element.enumeration) {
    const found = models.enumerations.find(
      (each) =>
        each.type.schema === element.enumeration!.schema && each.type.name === element.enumeration!.name,
    );
    if (found && plain) return `${enumName(found.typeName)}(${name})${brackets}`;
  }
  // A domain, a wide number in an array, bytes: what Drizzle's own builders do not hold exactly.
  const builder = plain ? builderOf(element, element !== type) : undefined;
  if (builder) return `${use(builder[0], builder[1])}${brackets}`;
  builders.add('customType');
  const held = valueType(type, 'bigint', models.enumerations);
  return `exactly<${held}>(${literal(type.type)}, ${literal(type.element ? `${type.element.kind}[]` : type.kind)})(${name})`;
}

/** `orderStateEnum` of `OrderState`. */
export function enumName(typeName: string): string {
  return `${typeName.slice(0, 1).toLowerCase()}${typeName.slice(1)}Enum`;
}

function builderOf(
  { base, kind, length, precision, scale }: Attribute['type'],
  inArray: boolean,
): readonly [builder: string, options: string] | undefined {
  switch (kind) {
    case 'integer':
      return base === 'oid' ? undefined : [base === 'smallint' ? 'smallint' : 'integer', ''];
    case 'bigint':
      return inArray ? undefined : ['bigint', "{ mode: 'bigint' }"];
    case 'float':
      return [base === 'real' ? 'real' : 'doublePrecision', ''];
    case 'decimal':
      return inArray
        ? undefined
        : ['numeric', precision === undefined ? '' : `{ precision: ${precision}, scale: ${scale} }`];
    case 'boolean':
      return ['boolean', ''];
    case 'text':
      if (base === 'text') return ['text', ''];
      if (base.startsWith('character varying'))
        return ['varchar', length === undefined ? '' : `{ length: ${length} }`];
      return base.startsWith('character(') ? ['char', `{ length: ${length} }`] : undefined;
    case 'uuid':
      return ['uuid', ''];
    case 'date':
      return inArray ? undefined : ['date', "{ mode: 'string' }"];
    case 'instant':
      return inArray || base.includes('(')
        ? undefined
        : ['timestamp', "{ withTimezone: true, mode: 'date' }"];
    case 'local-instant':
      return inArray || base.includes('(') ? undefined : ['timestamp', "{ mode: 'string' }"];
    case 'interval':
      return inArray || base !== 'interval' ? undefined : ['interval', ''];
    case 'json':
      return inArray ? undefined : [base, ''];
    default:
      return undefined;
  }
}
