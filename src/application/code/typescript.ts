/** Pieces of TypeScript text; every name and text that comes from a database passes through here. */
import type { DescribedType } from '../../engine/describe/model.ts';
import type { Attribute, Enumeration } from '../model.ts';

/** How whole numbers of 64 bits are held: as the mapper gives them. */
export type BigintAs = 'bigint' | 'string';

/** A text constant in single quotes. */
export function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** A text constant over several lines, in backquotes; a text of one line stays in single quotes. */
export function longText(text: string): string {
  if (!text.includes('\n')) return literal(text);
  return `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;
}

/** A property as it is written in an object or an interface. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** A line that imports names of a module. */
export function importLine(names: string, module: string): string {
  return ['import', names, 'from', `${literal(module)};`].join(' ');
}

/** Import lines with the names that the lines really use. */
export function importsUsed(
  lines: readonly string[],
  imports: readonly (readonly [names: readonly string[], module: string])[],
): readonly string[] {
  const code = lines.filter((line) => !/^\s*(?:\/\/|\/\*\*)/.test(line)).join('\n');
  return imports.flatMap(([names, module]) => {
    const used = names.filter((name) => new RegExp(`\\b${name.replace(/^type /, '')}\\b`).test(code));
    return used.length === 0 ? [] : [importLine(`{ ${used.join(', ')} }`, module)];
  });
}

/** A comment for readers of the code; a text from a database cannot end it. */
export function doc(text: string | undefined, indent = ''): readonly string[] {
  const clean = text?.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ').trim();
  return clean ? [`${indent}/** ${clean} */`] : [];
}

/** Lines moved to the right. */
export function indented(lines: readonly string[], by = '  '): readonly string[] {
  return lines.map((line) => (line === '' ? '' : by + line));
}

/** What stands above every file. */
export function heading(what: string): readonly string[] {
  return [`// ${what}`, '// Written by dbd from the catalog and the task; a later run overwrites it.', ''];
}

/** The type of a value in a row or a parameter. */
export function valueType(
  type: DescribedType,
  bigintAs: BigintAs,
  enumerations: readonly Enumeration[] = [],
): string {
  switch (type.kind) {
    case 'integer':
    case 'float':
      return 'number';
    case 'bigint':
      return bigintAs;
    case 'boolean':
      return 'boolean';
    case 'instant':
      return 'Date';
    case 'json':
      return 'Json';
    case 'bytes':
      return 'Uint8Array';
    case 'enum':
      return enumType(type, enumerations);
    case 'array': {
      const element = valueType(type.element!, bigintAs, enumerations);
      return element.includes('|') ? `(${element})[]` : `${element}[]`;
    }
    default:
      return 'string';
  }
}

function enumType(type: DescribedType, enumerations: readonly Enumeration[]): string {
  const { schema, name, labels } = type.enumeration!;
  const known = enumerations.find((each) => each.type.schema === schema && each.type.name === name);
  return known ? known.typeName : labels.map(literal).join(' | ') || 'never';
}

/** `bigint`, `json[]`: the word by which generated code encodes and decodes a value. */
export function kindOf(type: DescribedType): string {
  return type.kind === 'array' ? `${type.element!.kind}[]` : type.kind;
}

/** Whether an insert may leave the attribute out. */
export function optional(attribute: Attribute): boolean {
  return attribute.nullable || attribute.default !== undefined || attribute.identity !== undefined;
}

/** Attributes that an insert may give: neither computed nor always made by the server. */
export function insertable(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.filter(({ generated, identity }) => generated === undefined && identity !== 'always');
}
