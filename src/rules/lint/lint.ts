/** Asks every rule about the statements of migrations, each with what the ones before it did. */
import { blankCatalog, blankTable } from '../../catalog/blank.ts';
import { DbdError } from '../../base/error.ts';
import { formatCount } from '../../base/units.ts';
import { keyOf, printName, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Engine, FactsContext, Statement } from '../../engine/model.ts';
import type { Severity } from '../../report/model.ts';
import { changeRules } from '../change/all.ts';
import { bareSql } from './comments.ts';
import { isFresh } from '../change/looking.ts';
import type { At, ChangeOffence, ChangeRule, LintUnit, Told } from '../change/model.ts';

export interface LintOptions {
  readonly engine: Engine;
  readonly serverVersion: number;
  readonly catalog?: Catalog;
  /** Rows of a table; undefined where nobody counted. */
  readonly rows?: (table: Name) => number | undefined;
  /** Tables with fewer rows are read and written in a moment. */
  readonly smallRows: number;
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  /** Rules to ask; all when empty. */
  readonly only: readonly string[];
}

/** One offence with its statement. */
export interface Found {
  readonly rule: ChangeRule;
  readonly severity: Severity;
  readonly message: string;
  readonly object?: string;
  readonly fix?: string;
  /** Number of the statement in its unit. */
  readonly statement: number;
}

/** What was found in one migration. */
export interface Linted {
  readonly found: readonly Found[];
  readonly told: readonly Told[];
  /** The context of what comes after it. */
  readonly after: FactsContext;
}

/** Rules that are asked. */
export function askedRules({
  severities,
  only,
}: Pick<LintOptions, 'severities' | 'only'>): readonly ChangeRule[] {
  return changeRules.filter(({ id }) => severities[id] !== 'off' && (only.length === 0 || only.includes(id)));
}

/** Asks the rules about one migration; `context` holds what earlier ones left. */
export function lintUnit(unit: LintUnit, context: FactsContext, options: LintOptions): Linted {
  const { engine } = options;
  const told: Told[] = [];
  const opened: At['opened'][] = [];
  const outside = unit.statements.filter((statement) => engine.grammar.outsideTransaction(statement)).length;
  const alone =
    (unit.aloneOutside === 'one statement' && unit.statements.length === 1) ||
    (unit.aloneOutside === 'all statements' && outside > 0 && outside === unit.statements.length);
  let by: At['opened'] = unit.transaction && !alone ? 'tool' : undefined;
  let number = 1;
  let before = context;
  for (const statement of unit.statements) {
    const deeds = engine.facts.deeds(statement, before);
    const ends = deeds.some(({ kind }) => kind === 'commit' || kind === 'rollback');
    if (deeds.some(({ kind }) => kind === 'begin')) by ??= 'file';
    told.push({
      statement,
      sql: bareSql(engine.grammar, statement.sql),
      facts: engine.facts.of(statement, before),
      deeds,
      before,
      transaction: by === undefined ? undefined : number,
    });
    opened.push(by);
    before = engine.facts.after(statement, before);
    if (ends) {
      by = undefined;
      number += 1;
      before = withoutLocal(before, told, number - 1);
    }
  }
  const rules = askedRules(options);
  const found = told.flatMap((one, index) => {
    const earlier = told.slice(0, index);
    const at: At = {
      ...one,
      engine,
      serverVersion: options.serverVersion,
      major: Math.floor(options.serverVersion / 10_000),
      earlier,
      together:
        one.transaction === undefined
          ? []
          : earlier.filter(({ transaction }) => transaction === one.transaction),
      later: told.slice(index + 1),
      opened: opened[index],
    };
    return rules.flatMap((rule) =>
      rule.check(at).map((offence) => judged(rule, offence, at, index, options)),
    );
  });
  return { found, told, after: before };
}

/** SET LOCAL ends with its transaction. */
function withoutLocal(context: FactsContext, told: readonly Told[], transaction: number): FactsContext {
  const settings = { ...context.settings };
  for (const one of told)
    if (one.transaction === transaction)
      for (const deed of one.deeds)
        if (deed.kind === 'set' && deed.words.includes('local')) delete settings[deed.name ?? ''];
  return { ...context, settings };
}

function judged(
  rule: ChangeRule,
  offence: ChangeOffence,
  at: At,
  statement: number,
  options: LintOptions,
): Found {
  const usual = options.severities[rule.id];
  const severity = usual === undefined || usual === 'off' ? rule.severity : usual;
  const size = sizeOf(offence.tables ?? [], options);
  const fix =
    offence.fix === 'forms' ? formsOf(at) : offence.fix === undefined ? undefined : `${offence.fix};`;
  return {
    rule,
    severity: size?.small && severity !== 'info' ? 'info' : severity,
    message: size ? `${offence.message.replace(/\.$/, '')} (${size.words}).` : offence.message,
    ...(offence.object ? { object: offence.object } : {}),
    ...(fix === undefined ? {} : { fix }),
    statement,
  };
}

function sizeOf(
  tables: readonly Name[],
  { rows, smallRows }: LintOptions,
): { readonly words: string; readonly small: boolean } | undefined {
  if (tables.length === 0) return undefined;
  const counts = tables.map((table) => ({ table, rows: rows?.(table) }));
  if (counts.some((one) => one.rows === undefined || one.rows < 0))
    return { words: 'size unknown', small: false };
  const [most] = counts.toSorted((a, b) => b.rows! - a.rows!);
  return {
    words: `${printName(most!.table)} has about ${formatCount(most!.rows!)} ${most!.rows === 1 ? 'row' : 'rows'}`,
    small: most!.rows! < smallRows,
  };
}

/** The statement in the planner's own form; undefined where it has none, or needs more of the structure than is known. */
function formsOf(at: At): string | undefined {
  const { engine, statement, sql, before } = at;
  try {
    const drafts = engine.online.forms(
      { ...statement, sql },
      {
        before: withStandIns(before, at),
        fresh: before.fresh ?? new Set(),
        serverVersion: at.serverVersion,
        lockTimeoutMs: 2000,
      },
    );
    const same = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    if (drafts.length === 0 || (drafts.length === 1 && same(drafts[0]!.sql) === same(sql))) return undefined;
    return drafts
      .map(({ sql: text, transaction, batched, phase }, index) => {
        const notes = [
          ...(transaction ? [] : ['outside a transaction']),
          ...(batched ? ['again and again, until it changes no row'] : []),
          ...(phase === 'contract' && drafts[index - 1]?.phase !== 'contract'
            ? ['later, when nothing needs the old form']
            : []),
        ];
        return `${notes.length > 0 ? `-- ${notes.join('; ')}\n` : ''}${text};`;
      })
      .join('\n');
  } catch (error) {
    // What cannot be planned without more of the structure has no rewritten form.
    if (error instanceof DbdError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The structure with a table for each one that is changed and not known: names are enough for most forms. */
function withStandIns(before: FactsContext, at: At): Catalog {
  const catalog = before.catalog ?? blankCatalog;
  const names = at.deeds.flatMap(({ table, kind }) =>
    table && kind !== 'drop table' && kind !== 'create table' && !isFresh(at, table) ? [table] : [],
  );
  const missing = new Map(
    names
      .filter((name) => !catalog.tables.some((table) => sameName(table, name)))
      .map((name) => [keyOf(name), name]),
  );
  return { ...catalog, tables: [...catalog.tables, ...[...missing.values()].map(blankTable)] };
}

/** The context in which a migration begins: what the earlier ones made is in use by now, and their settings are gone. */
export function nextMigration({ catalog, serverVersion, partial }: FactsContext): FactsContext {
  return { serverVersion, ...(catalog ? { catalog } : {}), ...(partial ? { partial } : {}) };
}

/** Statements that were tried on no server: what they lock is not told. */
export function unknownStatements(told: readonly Told[]): readonly Statement[] {
  return told.filter(({ facts }) => facts.known.length === 0).map(({ statement }) => statement);
}
