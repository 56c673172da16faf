import { fail } from '../base/error.ts';
import type { Catalog, Name } from '../catalog/model.ts';
import type { Engine, OnlineContext, StepDraft, TableSize } from '../engine/model.ts';
import type { Change, Phase, Step, Wish } from './model.ts';
import {
  behindPending,
  bracketed,
  locksExisting,
  notBefore,
  phaseOrder,
  remember,
  type Drafted,
  type Pending,
} from './order.ts';
import { findRenames, type Part } from './renames.ts';
import { knowsWayBack, withReverse } from './undo.ts';

export interface PlanOptions {
  readonly engine: Engine;
  readonly before: Catalog;
  readonly wishes: readonly Wish[];
  readonly id: string;
  readonly title: string;
  readonly lockTimeoutMs: number;
  readonly serverVersion: number;
  /** Longest time of steps that should take a moment, milliseconds; long ones have no limit. */
  readonly statementTimeoutMs?: number;
  /** How large a table is, as far as it is known; an unknown size counts as large. */
  readonly size?: OnlineContext['size'];
  /** Tables of at most this size take the plain form. */
  readonly small?: TableSize;
  /** Answers to questions about renames: `table.column` or a table → its new name, or `no`. */
  readonly rename?: Readonly<Record<string, string>>;
  /** No step of a statement comes before one of an earlier statement, whatever phase it would suit. */
  readonly inOrder?: boolean;
  /** Statements that lead from the end back to the start, used when a step does not know its own way back. */
  readonly reverse?: readonly string[];
}

/** Turns wishes into phases of safe steps; the engine's grammar must be ready. Throws `sql.refused`, `sql.syntax` and `change.refused`. */
export function planChange(options: PlanOptions): Change {
  const { engine, before, wishes, rename = {} } = options;
  const { parts, questions } = findRenames(partsOf(engine, wishes), before, rename, (name) =>
    engine.quote.identifier(name),
  );
  const fresh = new Set<string>();
  const drafts = draftAll(options, parts, fresh);
  const phases = phaseOrder
    .map((phase) => ({ phase, own: bracketed(drafts.filter((draft) => draft.phase === phase)) }))
    .filter(({ own }) => own.length > 0);
  let transaction = 0;
  let id = 0;
  let steps: readonly (Step & { readonly of: number })[] = phases.flatMap(({ own }, number) => {
    let open = false;
    return own.map((draft) => {
      const locks = draft.transaction && draft.locks;
      const joins = (open && !locks) || (draft.joined && draft.transaction && transaction > 0);
      if (draft.transaction && !joins) transaction += 1;
      // A new table's own statements may share its transaction; a lock on a table in use is not held longer than its one statement.
      open = draft.transaction && (!locks || makesTable(engine, draft.sql));
      id += 1;
      return {
        ...stepOf(draft, String(id), draft.transaction ? transaction : 'none', options),
        of: number,
      };
    });
  });
  if (options.reverse && !knowsWayBack(steps)) steps = withReverse(steps, options.reverse) as typeof steps;
  return {
    id: options.id,
    title: options.title,
    questions,
    phases: phases.map(({ phase }, index): Phase => ({
      name: phase,
      number: index + 1,
      steps: steps.filter(({ of }) => of === index).map(({ of: _of, ...step }) => step),
    })),
  };
}

function partsOf(engine: Engine, wishes: readonly Wish[]): readonly Part[] {
  return wishes.flatMap((wish) =>
    engine.grammar.split(wish.sql).flatMap((statement) => {
      const refused = wish.superuser ? undefined : engine.grammar.refusal(statement);
      if (refused)
        fail('sql.refused', refused, {
          hint: 'Remove the statement.',
          details: { statement: statement.sql },
        });
      if (statement.kind === 'TransactionStmt') return [];
      if (wish.plain && statement.kind !== 'CreateStmt') return [{ wish, part: { sql: statement.sql } }];
      return engine.online.parts(statement).map((part) => ({ wish, part }));
    }),
  );
}

function draftAll(
  options: PlanOptions,
  parts: readonly Part[],
  fresh: Set<string>,
  apart = false,
): readonly Drafted[] {
  const { engine, before, serverVersion, lockTimeoutMs, size, small } = options;
  const earlier: string[] = [];
  const context: OnlineContext = {
    before,
    fresh,
    serverVersion,
    lockTimeoutMs,
    earlier,
    // What keeps its plain form is no partner of an online one.
    all: parts.map(({ wish, part }) => (wish.plain ? '' : part.sql)),
    apart,
    ...(size ? { size } : {}),
    ...(small ? { small } : {}),
  };
  const pending: Pending = { names: new Map() };
  let reached = 0;
  let broken = false;
  const all = parts.flatMap(({ wish, part }) => {
    const statement = engine.grammar.split(part.sql)[0]!;
    const tables = engine.grammar.touches(statement);
    const given = wish.plain ? [asPlanned(part.sql, wish.plain)] : engine.online.forms(statement, context);
    const moved = behindPending(given, part.sql, tables, pending);
    const plain = moved[0]?.phase === given[0]?.phase ? undefined : given[0]?.plain;
    const ready = plain ? behindPending(plain, part.sql, tables, pending) : moved;
    broken ||= given.some((draft, index) => draft.together && moved[index]!.phase !== draft.phase);
    const { phase } = wish;
    const placed = phase === undefined ? ready : ready.map((form) => ({ ...form, phase }));
    const forms = options.inOrder ? notBefore(placed, reached) : placed;
    reached = Math.max(reached, ...forms.map((form) => phaseOrder.indexOf(form.phase)));
    remember(forms, tables, pending);
    earlier.push(part.sql);
    const before = new Set(fresh);
    if (statement.kind === 'CreateStmt' && part.object)
      fresh.add(`${part.object.table.schema || 'public'}.${part.object.table.name}`);
    const only = forms.length === 1;
    return forms.map((draft): Drafted => ({
      ...draft,
      // What a superuser runs shares no transaction with what others run.
      ...(wish.superuser ? { superuser: true as const, transaction: false } : {}),
      locks: locksExisting(engine.grammar, draft.sql, (name) =>
        isAmong(statement.kind === 'CreateStmt' ? fresh : before, name),
      ),
      claims: wish.claims,
      joined: wish.joined === true,
      reason: reasonOf(wish, draft, forms.length),
      ...(only && wish.undo !== undefined && draft.undo === undefined ? { undo: wish.undo } : {}),
      ...(wish.probe !== undefined && draft.probe === undefined ? { probe: wish.probe } : {}),
    }));
  });
  if (!broken || apart) return all;
  fresh.clear();
  return draftAll(options, parts, fresh, true);
}

/** The statement itself, where its online form does not lead to the wanted structure. */
function asPlanned(sql: string, { outside }: NonNullable<Wish['plain']>): StepDraft {
  return { sql, phase: 'expand', transaction: !outside, ordinary: true, reason: 'Runs as it is planned' };
}

/** The wish's own reason where the form adds nothing to it. */
function reasonOf({ reason }: Wish, draft: StepDraft, forms: number): string {
  if (reason === '') return draft.reason;
  return forms === 1 && draft.ordinary ? reason : `${reason.replace(/\.$/, '')}. ${draft.reason}`;
}

function isAmong(fresh: ReadonlySet<string>, { schema, name }: Name): boolean {
  return schema ? fresh.has(`${schema}.${name}`) : [...fresh].some((key) => key.endsWith(`.${name}`));
}

function makesTable(engine: Engine, sql: string): boolean {
  return engine.grammar.split(sql).every(({ kind }) => kind === 'CreateStmt' || kind === 'CreateTableAsStmt');
}

function stepOf(
  draft: Drafted,
  id: string,
  transaction: Step['transaction'],
  { lockTimeoutMs, statementTimeoutMs }: PlanOptions,
): Step {
  const { sql, undo, undoOutside, claims, reason, destructive, probe, batched } = draft;
  const { batch, superuser } = draft;
  const limit = draft.statementTimeoutMs ?? (draft.transaction ? statementTimeoutMs : 0);
  return {
    id,
    sql,
    transaction,
    claims,
    reason,
    lockTimeoutMs,
    ...(undo === undefined ? {} : { undo }),
    ...(undoOutside ? { undoOutside } : {}),
    ...(destructive ? { destructive } : {}),
    ...(probe ? { probe } : {}),
    ...(batched ? { batched } : {}),
    ...(superuser ? { superuser } : {}),
    ...(batch ? { batch } : {}),
    ...(limit ? { statementTimeoutMs: limit } : {}),
  };
}
