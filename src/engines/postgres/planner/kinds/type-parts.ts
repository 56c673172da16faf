import { printName, printPart } from '../../../../catalog/identity.ts';
import { full, id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Side, Thing } from '../model.ts';
import { rowsOf, type Fact } from './facts.ts';
import type { TypeFacts } from './types.ts';

/** A label of an enum, or an attribute of a composite type, at its place. */
interface Part {
  readonly schema: string;
  /** Of the label or attribute. */
  readonly name: string;
  readonly type: string;
  readonly at: number;
  readonly count: number;
  /** The type of an attribute. */
  readonly sort: string;
}

type Named = { readonly name: string; readonly sort: string };

/** Parts are told apart only to be renamed; what else becomes of them is their type's to say. */
function partsOf(
  kind: 'label' | 'attribute',
  of: (facts: TypeFacts) => readonly Named[],
  statement: (type: string, before: string, after: string) => string,
): Kind<Part> {
  const typeOf = ({ schema, type }: Part) => ({ schema, name: type });
  return {
    kind,
    list: (side: Side): readonly Thing<Part>[] =>
      rowsOf<Fact<TypeFacts>>(side, 'type').flatMap((type) => {
        const all = of(type.facts);
        return all.map(({ name, sort }, at) => {
          const key = `${kind} ${printName(type)}.${printPart(name)}`;
          return {
            key,
            path: `${keys.type(type)} ${kind} ${printPart(name)}`,
            object: { schema: type.schema, name, type: type.name, at, count: all.length, sort },
            partOf: keys.type(type),
          };
        });
      }),
    make: () => [],
    drop: () => [],
    alter: () => [],
    without: () => [],
    renames: {
      kind,
      name: ({ object }) => `${printName(typeOf(object))}.${printPart(object.name)}`,
      place: ({ object }) => printName(typeOf(object)),
      likeness: ({ object: before }, { object: after }) =>
        before.at === after.at && before.count === after.count && before.sort === after.sort ? 0.6 : 0,
      statements: ({ object }, to) => [statement(full(typeOf(object)), object.name, to.name)],
    },
  };
}

/** Labels of enums. */
export const labels: Kind<Part> = partsOf(
  'label',
  (facts) => (facts.labels ?? []).map((name) => ({ name, sort: '' })),
  (type, before, after) => `ALTER TYPE ${type} RENAME VALUE ${text(before)} TO ${text(after)}`,
);

/** Attributes of composite types. */
export const attributes: Kind<Part> = partsOf(
  'attribute',
  (facts) => (facts.attributes ?? []).map(({ name, type }) => ({ name, sort: type })),
  (type, before, after) => `ALTER TYPE ${type} RENAME ATTRIBUTE ${id(before)} TO ${id(after)}`,
);
