import { isDeepStrictEqual } from 'node:util';
import type { Altered, Kind, Piece, Sides, Thing } from '../model.ts';
import { aroundChange, aroundNew, type Called } from './around.ts';
import { rowsOf, type Fact } from './facts.ts';

/** What is peculiar to a kind whose objects are read by one query and otherwise planned alike. */
export interface Simple<F> {
  readonly kind: string;
  readonly query: (version: number) => string;
  key(fact: Fact<F>): string;
  called(fact: Fact<F>): Called;
  /** Statements that make it, without owner, comment and rights; undefined when it cannot be made, with why. */
  create(fact: Fact<F>, sides: Sides): readonly Piece[] | { readonly refused: string };
  /** Statements between two of different facts; without it, it is replaced. */
  change?(before: Fact<F>, after: Fact<F>, sides: Sides): Altered;
  /** Statement that drops it, when it is not `DROP <what>`. */
  drop?(fact: Fact<F>, sides: Sides): readonly Piece[];
  needs?(fact: Fact<F>): readonly string[];
  names?(fact: Fact<F>): readonly string[];
  readonly more?: Partial<Kind<Fact<F>>>;
}

/** A kind of objects that are told by facts. */
export function simple<F>(of: Simple<F>): Kind<Fact<F>> {
  const superuser = (fact: Fact<F>) => (of.called(fact).superuser ? { superuser: true as const } : {});
  return {
    kind: of.kind,
    query: of.query,
    list: (side) => rowsOf<Fact<F>>(side, of.kind).map((fact) => thingOf(of, fact)),
    make: ({ object }, sides) => {
      const made = of.create(object, sides);
      if ('refused' in made) return [];
      return [...made, ...aroundNew(object, of.called(object), sides)];
    },
    drop: ({ object }, sides) =>
      of.drop?.(object, sides) ?? [
        { sql: `DROP ${of.called(object).what}`, because: 'no longer wanted', ...superuser(object) },
      ],
    refuses: ({ object }, does, sides) => {
      const made = does === 'make' ? of.create(object, sides) : [];
      return 'refused' in made ? made.refused : undefined;
    },
    alter: ({ object: before }, { object: after }, sides) => {
      const around = aroundChange(before, after, of.called(after), sides);
      if (isDeepStrictEqual(before.facts, after.facts)) return around;
      const changed = of.change?.(before, after, sides) ?? 'replace';
      if (changed === 'replace') {
        const made = of.create(after, sides);
        return 'refused' in made ? made : 'replace';
      }
      return 'refused' in changed ? changed : [...changed, ...around];
    },
    ...of.more,
  };
}

function thingOf<F>(of: Simple<F>, fact: Fact<F>): Thing<Fact<F>> {
  const key = of.key(fact);
  const needs = of.needs?.(fact);
  const names = of.names?.(fact);
  return {
    key,
    path: key,
    object: fact,
    ...(needs === undefined ? {} : { needs }),
    ...(names === undefined ? {} : { names }),
  };
}
