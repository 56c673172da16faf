/** Tries every move of a status machine, the declared ones and the others, and two moves at once. */
import type { DesignedFeature } from '../../../design/model.ts';
import type { FieldTest } from '../entity-tests.ts';
import { takeTemplate } from '../free-row.ts';
import { waits } from '../meeting.ts';
import {
  answer,
  attempt,
  broken,
  kept,
  open,
  rolledBack,
  settable,
  tableIn,
  withSessions,
  type FeatureTrial,
} from './trial.ts';

type States = Extract<DesignedFeature, { readonly kind: 'states' }>;

/** Most pairs of states that are tried. */
const mostPairs = 400;

/** Beginnings and moves, each expected to be accepted or to be rejected by its own rule. */
export async function tryStates(trial: FeatureTrial, states: States): Promise<readonly FieldTest[]> {
  const tests = await rolledBack(trial.session, () => tryMoves(trial, states));
  return tests.some(({ result }) => result === 'open') ? tests : [...tests, ...(await tryTwo(trial, states))];
}

async function tryMoves(trial: FeatureTrial, states: States): Promise<readonly FieldTest[]> {
  const { session, engine, catalog } = trial;
  const { quote } = engine;
  const table = tableIn(trial, states.table);
  if (!table || !(await takeTemplate({ session, quote, catalog }, table)))
    return [open('its states could not be tried: no row may leave')];
  const all = namesOf(states);
  const seen = { accepted: 0, rejected: 0, beginnings: 0 };
  const wrong: string[] = [];
  const doubts: string[] = [];
  const judge = (what: string, said: string, allowed: boolean, rule: string): void => {
    if (allowed && said === 'ok') seen.accepted += 1;
    else if (!allowed && said === rule) seen.rejected += 1;
    else if (said === 'ok') wrong.push(`${what} is accepted`);
    else if (allowed && said !== rule) doubts.push(`${what} was rejected by ${said}`);
    else if (allowed) wrong.push(`${what} is rejected by ${said}`);
    else doubts.push(`${what} was rejected by ${said}, not by ${rule}`);
  };
  const columns = settable(table);
  const list = columns.map((name) => quote.identifier(name)).join(', ');
  // Rows of different partitions may have the same place.
  const place = "tableoid::text || ' ' || ctid::text";
  const insert = async (state: string): Promise<string> => {
    const values = columns.map((name) =>
      name === states.column ? quote.literal(state) : `template.${quote.identifier(name)}`,
    );
    const { rows } = await session.query<{ place: string }>(
      `INSERT INTO ${quote.name(table)} (${list}) SELECT ${values.join(', ')} FROM pg_temp.dbd_template AS template RETURNING ${place} AS place`,
    );
    return rows[0]!.place;
  };
  const move = async (at: string, state: string): Promise<string> => {
    const { rows } = await session.query<{ place: string }>(
      `UPDATE ${quote.name(table)} SET ${quote.identifier(states.column)} = $1 WHERE tableoid = split_part($2, ' ', 1)::oid AND ctid = split_part($2, ' ', 2)::tid RETURNING ${place} AS place`,
      [state, at],
    );
    return rows[0]!.place;
  };
  for (const state of all) {
    const said = await attempt(session, () => insert(state));
    if (state === states.start && said !== 'ok')
      return [open(`its states could not be tried: a row that begins as ${state} was rejected by ${said}`)];
    if (state === states.start) continue;
    seen.beginnings += 1;
    if (said === 'ok') wrong.push(`a row may begin as ${state}`);
    else if (said !== states.startRule) doubts.push(`a row that begins as ${state} was rejected by ${said}`);
  }
  const pairs = all.flatMap((from) => all.filter((to) => to !== from).map((to) => [from, to] as const));
  for (const [from, to] of pairs.slice(0, mostPairs)) {
    const path = pathTo(states, from);
    if (!path) {
      doubts.push(`${from} is never reached`);
      continue;
    }
    let reached = false;
    const said = await attempt(session, async () => {
      let at = await insert(states.start);
      for (const step of path) at = await move(at, step);
      reached = true;
      await move(at, to);
    });
    if (!reached) doubts.push(`${from} could not be reached: ${said}`);
    else
      judge(`the move from ${from} to ${to}`, said, (states.moves[from] ?? []).includes(to), states.moveRule);
  }
  return [
    ...[...new Set(wrong)].map(broken),
    ...[...new Set(doubts)].map(open),
    ...(pairs.length > mostPairs
      ? [open(`${pairs.length - mostPairs} of ${pairs.length} moves were not tried`)]
      : []),
    kept(
      `moves tried: ${seen.accepted} accepted, ${seen.rejected} rejected by ${states.moveRule}; ${seen.beginnings} other beginnings rejected`,
    ),
  ];
}

/** Of two moves that start from the same state at once, the second must be judged by the first one's end. */
async function tryTwo(trial: FeatureTrial, states: States): Promise<readonly FieldTest[]> {
  const next = states.moves[states.start] ?? [];
  const pair = next
    .flatMap((first) => next.map((second) => [first, second] as const))
    .find(([first, second]) => first !== second && !(states.moves[first] ?? []).includes(second));
  const table = tableIn(trial, states.table);
  if (!pair || !table) return [];
  const { quote } = trial.engine;
  const column = quote.identifier(states.column);
  const key = table.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
  const same = key.map((name, i) => `${quote.identifier(name)}::text = $${i + 2}`).join(' AND ');
  return withSessions(trial, 2, async (sessions) => {
    const [first, second] = [sessions[0]!, sessions[1]!];
    const { rows } = await first.query(
      `SELECT ${key.map((name, i) => `${quote.identifier(name)}::text AS k${i}`).join(', ')} FROM ${quote.name(table)} WHERE ${column} = $1 LIMIT 1`,
      [states.start],
    );
    if (rows.length === 0 || key.length === 0)
      return [open(`two moves at once could not be tried: no row is ${states.start}`)];
    const place = key.map((_, i) => rows[0]![`k${i}`]);
    const sql = `UPDATE ${quote.name(table)} SET ${column} = $1 WHERE ${same}`;
    await first.query('BEGIN');
    const began = await answer(first.query(sql, [pair[0], ...place]));
    let answered = false;
    const waiting = answer(second.query(sql, [pair[1], ...place])).finally(() => (answered = true));
    const waited = await waits(trial.engine, trial.session, second, () => answered);
    await first.query(began === 'ok' ? 'COMMIT' : 'ROLLBACK');
    const said = await waiting;
    if (began !== 'ok') return [open(`two moves at once could not be tried: ${began}`)];
    if (said === states.moveRule && !waited)
      return [open(`two moves at once could not be tried: the second did not wait for the first`)];
    return said === states.moveRule
      ? [kept(`of two moves at once (${pair.join(' and ')}) the second is rejected`)]
      : [broken(`of two moves at once (${pair.join(' and ')}) the second gave ${said}`)];
  });
}

function namesOf({ start, moves }: States): readonly string[] {
  return [...new Set([start, ...Object.keys(moves), ...Object.values(moves).flat()])];
}

/** Moves that lead from the start to a state; undefined when none do. */
function pathTo({ start, moves }: States, state: string): readonly string[] | undefined {
  const paths = new Map<string, readonly string[]>([[start, []]]);
  for (const [from, path] of paths)
    for (const to of moves[from] ?? []) if (!paths.has(to)) paths.set(to, [...path, to]);
  return paths.get(state);
}
