import type { Catalog } from '../../../catalog/model.ts';
import type { Rewrite, Rewrites } from '../../../engine/model.ts';
import { parse } from '../grammar/parse.ts';
import { walk } from '../grammar/tree.ts';
import { batched } from './batched.ts';
import { isVolatile } from './expression.ts';
import type { Found, Place, RewriteRule } from './place.ts';
import { joinOrders } from './orders.ts';
import { rewriteRules } from './rules/all.ts';
import { asText, ordered, settled } from './settled.ts';
import { sightOf } from './sight.ts';
import { levelsOf } from './levels.ts';
import { edited, tokensOf } from './text.ts';
import { traits } from './traits/traits.ts';
import { worlds } from './worlds.ts';

/** Times that one rule is applied to its own result: a statement has several places of one kind. */
const mostTimes = 8;
/** Characters of a statement that is looked at: longer ones are lists that a program wrote. */
const longest = 200_000;

/** Rewrites of PostgreSQL's statements: parts of the text are replaced, everything else stays as it was written. */
export const rewrites: Rewrites = {
  of(sql, catalog) {
    const text = withoutEnd(sql);
    if (text.length > longest || !isRewritable(text, catalog)) return [];
    return rewriteRules.flatMap((rule) => ofRule(rule, text, catalog));
  },
  explained(sql, because) {
    return `/* ${commentText(because)} */\n${sql}`;
  },
  settled,
  asText,
  ordered,
  traits,
  worlds,
  batched,
  joinOrders: (sql, catalog, options) => joinOrders(withoutEnd(sql), catalog, options),
};

/** One word of a comment cannot end it, begin another one inside, or leave its line. */
function commentText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      .replaceAll(/\*(?=\/)/g, '* ')
      .replaceAll(/\/(?=\*)/g, '/ ')
      .trim()
  );
}

function withoutEnd(sql: string): string {
  const last = tokensOf(sql).findLast(({ text }) => text !== ';');
  return last ? sql.slice(0, last.to) : sql;
}

/** A single statement without effects that its evaluation order or count would change. */
function isRewritable(sql: string, catalog: Catalog): boolean {
  const stmts = parse(sql).stmts ?? [];
  const stmt = stmts[0]?.stmt;
  if (!stmt || stmts.length !== 1 || !('SelectStmt' in stmt)) return false;
  let writes = false;
  walk([stmt], (kind) => {
    if (/^(?:Insert|Update|Delete|Merge)Stmt$/.test(kind)) writes = true;
  });
  return !writes && !isVolatile(stmt, catalog);
}

/** The rule at all its places together, and one after the other where places change each other. */
function ofRule(rule: RewriteRule, sql: string, catalog: Catalog): readonly Rewrite[] {
  const provided = new Set<string>();
  let text = sql;
  let first: Found | undefined;
  for (let times = 0; times < (rule.repeats ? mostTimes : 1); times++) {
    const all = foundIn(rule, text, catalog);
    const chosen = rule.repeats ? all.slice(0, 1) : apart(all);
    const next = edited(
      text,
      chosen.flatMap(({ edits }) => edits),
    );
    if (chosen.length === 0 || next === text || !parses(next)) break;
    first ??= chosen[0];
    text = next;
    for (const one of chosen) for (const each of one.provided ?? []) provided.add(each);
  }
  if (!first || text === sql) return [];
  return [
    {
      rule: rule.id,
      sql: text,
      because: first.because,
      provided: [...provided],
      ...(first.takes ? { takes: first.takes } : {}),
      ...(first.contract === undefined ? {} : { contract: first.contract }),
      ...(first.pages ? { pages: first.pages } : {}),
    },
  ];
}

/** Those that replace nothing that an earlier one replaces. */
function apart(all: readonly Found[]): readonly Found[] {
  const chosen: Found[] = [];
  for (const one of all) {
    const taken = chosen.flatMap(({ edits }) => edits);
    if (one.edits.every((edit) => taken.every((other) => edit.to <= other.from || edit.from >= other.to)))
      chosen.push(one);
  }
  return chosen;
}

function foundIn(rule: RewriteRule, sql: string, catalog: Catalog): readonly Found[] {
  return levelsOf(sql).flatMap((level) =>
    level.cores.flatMap((core) => {
      const place: Place = { sql, level, core, sight: sightOf(core, level, catalog), catalog };
      return rule.find(place);
    }),
  );
}

function parses(sql: string): boolean {
  try {
    return (parse(sql).stmts ?? []).length === 1;
  } catch {
    return false;
  }
}
