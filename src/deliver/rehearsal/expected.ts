/** What the table of measured statements says of a migration's statements, beside what was seen. */
import { DbdError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, FactsContext } from '../../engine/model.ts';
import type { StatementRun } from '../../rehearse/model.ts';
import { statementsOf } from '../report/findings.ts';

/** One statement that could be compared. */
export interface Compared {
  readonly run: StatementRun;
  /** Rows of the table that know it. */
  readonly known: readonly string[];
  /** Where the two differ; empty when they agree. */
  readonly contradictions: readonly string[];
}

/**
 * Compares the statements whose locks are their own: the first of each transaction, since the locks of later ones are not told apart from those
 * that the transaction already held, and none whose locks were only sampled.
 */
export function comparedWithFacts(
  {
    engine,
    before,
    serverVersion,
  }: { readonly engine: Engine; readonly before: Catalog; readonly serverVersion: number },
  statements: readonly StatementRun[],
): readonly Compared[] {
  const compared: Compared[] = [];
  const seen = new Set<string>();
  let context: FactsContext = { catalog: before, serverVersion };
  for (const run of statements) {
    const parsed = statementsOf(run.sql, engine.grammar);
    const key = `${run.session} ${run.transaction ?? 'outside'}`;
    const first = run.transaction === undefined || !seen.has(key);
    seen.add(key);
    const [statement] = parsed;
    if (!statement) continue;
    try {
      if (parsed.length === 1 && first && !run.sampled && !run.error) {
        const facts = engine.facts.of(statement, context);
        if (facts.known.length > 0)
          compared.push({
            run,
            known: facts.known,
            contradictions: engine.facts.contradictions(facts, run),
          });
      }
      for (const one of parsed) context = engine.facts.after(one, context);
    } catch (error) {
      // What the table does not know is no contradiction.
      if (!(error instanceof DbdError)) throw error;
    }
  }
  return compared;
}
