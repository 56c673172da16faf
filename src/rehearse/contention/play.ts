/** Drives several sessions step by step: each sends its next statement in turn, and one that waits is passed over until it was answered. */
import { SqlError, fail } from '../../base/error.ts';
import type { Isolation } from '../../engine/contention/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { act, type Act, type Acting, type Answer, type Ending } from './act.ts';

/** Time between two looks at a session that has not answered, the longest that all may take, milliseconds, and tries of one transaction. */
const lookMs = 6;
const longestMs = 8_000;
const mostTries = 3;

/** What became of one session's unit of work. */
export interface Played {
  readonly ending: Ending | 'refused';
  readonly waits: number;
  readonly serialization: number;
  readonly deadlocks: number;
  readonly conflicts: number;
  readonly refused?: string;
}

interface Player {
  readonly session: Session;
  readonly acting: Acting;
  script: Generator<Act, Ending, Answer>;
  state: 'ready' | 'sent' | 'again' | 'over';
  answered: boolean;
  ending: Played['ending'];
  /** Its script has ended and the commit comes next. */
  closing: boolean;
  last: Answer | undefined;
  waits: number;
  serialization: number;
  deadlocks: number;
  conflicts: number;
  tries: number;
  refused?: string;
}

export interface PlayOptions {
  readonly engine: Engine;
  readonly ownerUrl: string;
  readonly isolation: Isolation;
  readonly actings: readonly Acting[];
}

/** Plays the units against each other in lock step; a transaction that must be run again is, when the others are through. Sessions are the owner's. */
export async function play({
  engine,
  ownerUrl,
  isolation,
  actings,
}: PlayOptions): Promise<readonly Played[]> {
  const sessions: Session[] = [];
  try {
    for (let i = 0; i <= actings.length; i++)
      sessions.push(
        await engine.connect(ownerUrl, { application: 'dbd contention', statementTimeoutMs: longestMs }),
      );
    const onlooker = sessions.at(-1)!;
    const players = actings.map((acting, i): Player => ({
      session: sessions[i]!,
      acting,
      script: act(acting),
      state: 'ready',
      answered: false,
      ending: 'done',
      closing: false,
      last: undefined,
      waits: 0,
      serialization: 0,
      deadlocks: 0,
      conflicts: 0,
      tries: 1,
    }));
    for (const player of players) await begin(engine, isolation, player);
    await rounds(engine, onlooker, isolation, players);
    return players;
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

async function begin(engine: Engine, isolation: Isolation, player: Player): Promise<void> {
  await player.session.query(engine.contention.begin(isolation));
  // The snapshot of a transaction is taken by its first statement: all are taken before anybody writes.
  await player.session.query('SELECT 1');
  player.script = act(player.acting);
  player.last = undefined;
  player.closing = false;
  player.state = 'ready';
}

async function rounds(
  engine: Engine,
  onlooker: Session,
  isolation: Isolation,
  players: readonly Player[],
): Promise<void> {
  const until = performance.now() + longestMs;
  while (players.some(({ state }) => state !== 'over')) {
    if (performance.now() > until)
      fail('sql.timeout', 'Sessions that met on the same rows did not come to an end.', {
        hint: 'Look for a trigger or a function that waits.',
      });
    for (const player of players) {
      if (player.state === 'sent' && player.answered) player.state = stateAfter(player);
      if (player.state === 'ready') await send(engine, onlooker, player);
    }
    const again = players.find(({ state }) => state === 'again');
    if (again && players.every(({ state }) => state === 'again' || state === 'over'))
      await begin(engine, isolation, again);
    else if (!players.some(({ state }) => state === 'ready')) await pause();
  }
}

function stateAfter(player: Player): Player['state'] {
  player.answered = false;
  return player.state === 'sent' ? 'ready' : player.state;
}

/** Sends the next statement (or the commit) and goes on when it was answered or waits for somebody. */
async function send(engine: Engine, onlooker: Session, player: Player): Promise<void> {
  const next = player.closing
    ? undefined
    : player.last
      ? player.script.next(player.last)
      : player.script.next();
  if (next?.done) {
    if (next.value === 'conflict') return retry(player, 'conflicts');
    player.ending = next.value;
    player.closing = true;
  }
  const sql = player.closing ? 'COMMIT' : (next!.value as Act).sql;
  const values = player.closing ? [] : (next!.value as Act).values;
  player.state = 'sent';
  player.answered = false;
  void player.session
    .query(sql, values)
    .then(({ rows, count }) => {
      player.last = { rows, count };
      if (player.closing) player.state = 'over';
    })
    .catch((error: unknown) => failed(engine, player, error))
    .finally(() => {
      player.answered = true;
    });
  let waited = false;
  while (!player.answered) {
    await pause();
    if (player.answered) break;
    if ((await engine.contention.waiting(onlooker, [player.session.pid])).has(player.session.pid)) {
      waited = true;
      break;
    }
  }
  if (waited) player.waits += 1;
  if (player.answered && player.state === 'sent') player.state = stateAfter(player);
}

async function failed(engine: Engine, player: Player, error: unknown): Promise<void> {
  await player.session.query('ROLLBACK').catch(() => undefined);
  const kind = engine.contention.failure(error);
  if (kind !== undefined && player.tries < mostTries) {
    player[kind === 'deadlock' ? 'deadlocks' : 'serialization'] += 1;
    player.tries += 1;
    player.state = 'again';
    return;
  }
  player.ending = 'refused';
  player.refused =
    error instanceof SqlError
      ? (error.fields.constraint ?? error.message)
      : error instanceof Error
        ? error.message
        : String(error);
  player.state = 'over';
}

async function retry(player: Player, kind: 'conflicts'): Promise<void> {
  await player.session.query('ROLLBACK');
  player[kind] += 1;
  player.tries += 1;
  if (player.tries <= mostTries) {
    player.state = 'again';
    return;
  }
  player.ending = 'refused';
  player.refused = 'the row was changed each time';
  player.state = 'over';
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookMs));
}

/** Plays units one after the other in one session's transaction that the caller ends; answers of checks are handed out. */
export async function alone(
  session: Session,
  actings: readonly Acting[],
  seen?: (acting: number, at: number, answer: Answer) => void,
): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  for (const [number, acting] of actings.entries()) {
    const script = act(acting);
    let next = script.next();
    while (!next.done) {
      const { sql, values, at } = next.value;
      const { rows, count } = await session.query(sql, values);
      seen?.(number, at, { rows, count });
      next = script.next({ rows, count });
    }
    endings.push(next.value);
  }
  return endings;
}
