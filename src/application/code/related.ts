/** Parents with their children in two statements, however many parents there are, for mappers whose finding functions all look alike. */
import type { Entity, Models, Relation } from '../model.ts';
import { capital, plural } from '../naming.ts';
import { doc, literal, property } from './typescript.ts';

/** A relation to many rows, with the entities on both sides. */
export interface Children {
  readonly parent: Entity;
  readonly child: Entity;
  readonly relation: Relation;
  /** `usersWithAnalyticsEvents`. */
  readonly functionName: string;
}

/** Relations to many rows among these entities. */
export function childrenOf(entities: readonly Entity[]): readonly Children[] {
  return entities.flatMap((parent) =>
    parent.relations.flatMap((relation) => {
      const child = entities.find(({ typeName }) => typeName === relation.to);
      return relation.kind === 'to-many' && child
        ? [{ parent, child, relation, functionName: `${parent.many}With${capital(relation.property)}` }]
        : [];
    }),
  );
}

/** `findUsers`. */
export function finderOf({ typeName }: Entity): string {
  return `find${capital(plural(typeName))}`;
}

/** Functions that load parents with children through the finding functions; they use `keyText`, `specify` and `Page`. */
export function relatedFunctions(
  models: Models,
  entities: readonly Entity[] = models.entities,
): readonly string[] {
  return childrenOf(entities).flatMap(({ parent, child, relation, functionName }) => {
    const own = relation.from.map((each) => property(each.property));
    const other = relation.at.map((each) => each.property);
    const named = property(relation.property);
    const [single] = own;
    const [field] = other;
    const condition =
      own.length === 1
        ? `child.oneOf(${literal(field!)}, parents.map((parent) => parent.${single}).filter((key) => key !== null))`
        : `child.any(...parents.map((parent) => child.all(${other.map((name, at) => `child.is(${literal(name)}, parent.${own[at]}!)`).join(', ')})))`;
    return [
      ...doc(`${parent.many} and the ${relation.property} of each: two statements, however many there are.`),
      `export async function ${functionName}(`,
      '  db: Db,',
      `  where?: Specification<${parent.typeName}>,`,
      `  page: Page<${parent.typeName}> = {},`,
      `): Promise<(${parent.typeName} & { readonly ${named}: ${child.typeName}[] })[]> {`,
      `  const parents = await ${finderOf(parent)}(db, where, page);`,
      `  const child = specify<${child.typeName}>();`,
      `  const children = parents.length === 0 ? [] : await ${finderOf(child)}(db, ${condition});`,
      `  const byKey = new Map<string, ${child.typeName}[]>();`,
      '  for (const row of children) {',
      `    const key = keyText([${other.map((name) => `row.${property(name)}`).join(', ')}]);`,
      '    const found = byKey.get(key);',
      '    if (found) found.push(row);',
      '    else byKey.set(key, [row]);',
      '  }',
      `  return parents.map((parent) => ({ ...parent, ${named}: byKey.get(keyText([${own.map((name) => `parent.${name}`).join(', ')}])) ?? [] }));`,
      '}',
      '',
    ];
  });
}

/** The function that makes one text of a key's values. */
export const keyText: readonly string[] = [
  'function keyText(values: readonly unknown[]): string {',
  '  return JSON.stringify(values.map((value) => (value instanceof Date ? value.toISOString() : String(value))));',
  '}',
  '',
];
