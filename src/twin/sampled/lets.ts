/** Expressions that several columns of a row share, computed once per row. */

/** Expressions over a row's number that have a name of their own. */
export interface Lets {
  /** A name for an expression; equal expressions share one. */
  readonly bind: (expression: string) => string;
  /** What the given expressions need, in stages: each stage may use the names of those before it, and hands on what later ones use. */
  readonly stages: (expressions: readonly string[]) => readonly Stage[];
}

export interface Stage {
  readonly keeps: readonly string[];
  readonly makes: readonly Let[];
}

export interface Let {
  readonly name: string;
  readonly expression: string;
}

const used = /\bdbd_v\d+\b/g;
const simple = /^(?:\w+|\(\w+\)|-?\d+)$/;

/** An empty list of names, good for all tables of one filling. */
export function startLets(): Lets {
  const names = new Map<string, string>();
  const lets = new Map<string, { readonly expression: string; readonly level: number }>();
  const needs = (expression: string): readonly string[] =>
    [...expression.matchAll(used)].map(([name]) => name).filter((name) => lets.has(name));
  return {
    bind(expression) {
      if (simple.test(expression)) return expression;
      const known = names.get(expression);
      if (known !== undefined) return known;
      const name = `dbd_v${names.size}`;
      const level = 1 + Math.max(-1, ...needs(expression).map((need) => lets.get(need)!.level));
      names.set(expression, name);
      lets.set(name, { expression, level });
      return name;
    },
    stages(expressions) {
      const wanted = new Set(expressions.flatMap(needs));
      for (const name of wanted) for (const need of needs(lets.get(name)!.expression)) wanted.add(need);
      const levels: Let[][] = [];
      for (const name of wanted) {
        const { expression, level } = lets.get(name)!;
        (levels[level] ??= []).push({ name, expression });
      }
      const last = new Map<string, number>();
      levels.forEach((made, level) => {
        for (const need of made.flatMap(({ expression }) => needs(expression))) last.set(need, level);
      });
      for (const need of expressions.flatMap(needs)) last.set(need, levels.length);
      return levels.map((makes, level) => ({
        makes,
        keeps: levels
          .slice(0, level)
          .flat()
          .flatMap(({ name }) => (last.get(name)! > level ? [name] : [])),
      }));
    },
  };
}
