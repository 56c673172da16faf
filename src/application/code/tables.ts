/** Tables as data, for mappers whose records are found and inserted through SQL. */
import type { Entity, Models } from '../model.ts';
import { finderOf } from './related.ts';
import { doc, insertable, kindOf, literal, property } from './typescript.ts';

/** The constants `userTable` that name table and columns, with the types around them; `name` says how the mapper writes a name. */
export function tableConstants(
  entities: readonly Entity[],
  name: {
    readonly tableType: string;
    table(entity: Entity): string;
    column(attribute: Entity['attributes'][number]): string;
  },
): readonly string[] {
  return [
    'export interface TableOf {',
    `  readonly table: ${name.tableType};`,
    '  readonly columns: { readonly [property: string]: ColumnOf };',
    '}',
    '',
    'export interface ColumnOf {',
    '  readonly name: string;',
    '  readonly kind: string;',
    ...doc('Programs give it a value.', '  '),
    '  readonly given: boolean;',
    '}',
    '',
    ...entities.flatMap((entity) => [
      `export const ${entity.one}Table: TableOf = {`,
      `  table: ${name.table(entity)},`,
      '  columns: {',
      ...entity.attributes.map(
        (each) =>
          `    ${property(each.property)}: { name: ${name.column(each)}, kind: ${literal(kindOf(each.type))}, given: ${insertable([each]).length > 0} },`,
      ),
      '  },',
      '};',
      '',
    ]),
  ];
}

/** `findUsers` and `insertUser` of each entity, over a general `find` and `insert`. */
export function recordFunctions(
  models: Models,
  entities: readonly Entity[] = models.entities,
): readonly string[] {
  return entities.flatMap((entity) => {
    const { typeName, one, many } = entity;
    return [
      ...doc(`Finds ${many}; all of them when nothing is asked.`),
      `export function ${finderOf(entity)}(db: Db, where?: Specification<${typeName}>, page: Page<${typeName}> = {}): Promise<${typeName}[]> {`,
      `  return find<${typeName}>(db, ${one}Table, where, page);`,
      '}',
      '',
      ...doc(`Inserts one and returns it as the server has it.`),
      `export function insert${typeName}(db: Db, row: New${typeName}): Promise<${typeName}> {`,
      `  return insert<${typeName}>(db, ${one}Table, row);`,
      '}',
      '',
    ];
  });
}

/** The line by which `records.ts` hands on the types of its rows. */
export function rowTypeExports(entities: readonly Entity[]): readonly string[] {
  return entities.length === 0
    ? []
    : [`export type { ${entities.flatMap(({ typeName }) => [typeName, `New${typeName}`]).join(', ')} };`, ''];
}

/** Types that `records.ts` takes from `schema.ts`. */
export function recordImports(entities: readonly Entity[]): string {
  return `{ ${entities.flatMap(({ typeName, one }) => [`type ${typeName}`, `type New${typeName}`, `${one}Table`]).join(', ')}, type TableOf }`;
}
