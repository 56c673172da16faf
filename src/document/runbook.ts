/** The runbook of one change: what to check, run, watch and stop, each with what came of trying it. */
import { formatBytes, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Change, ChangeFile, Phase, Step } from '../change/model.ts';
import { block, bullet, code, fenced, prose, table } from './markdown.ts';

/** One statement of a rehearsal, as far as the runbook needs it. */
export interface TriedStatement {
  readonly step: string;
  readonly ms: number;
  readonly walBytes: number;
  readonly locks: readonly string[];
  /** Longest call of the application that it held up, milliseconds. */
  readonly stallMs?: number;
}

/** A query to watch, and whether it was run. */
export interface TriedWatch {
  readonly title: string;
  readonly sql: string;
  readonly command: string;
  readonly alarm: string;
  /** Undefined when it ran; else what the server said. */
  readonly failed?: string;
  readonly rows: number;
}

/** A stop after some transactions, and the way back from there. */
export interface TriedStop {
  /** Step after which the change was stopped. */
  readonly after: string;
  readonly ms: number;
  /** Differences from the start after the way back; 0 is equal. */
  readonly differences: number;
  readonly failed?: string;
}

/** Work that has to be done again and again. */
export interface RegularWork {
  readonly what: string;
  /** `once a day`. */
  readonly often: string;
  readonly sql: string;
  /** Who has to run it, and when a run is at its end. */
  readonly note?: string;
}

export interface RunbookFacts {
  readonly title: string;
  readonly change: Change;
  readonly files: readonly ChangeFile[];
  readonly statements: readonly TriedStatement[];
  /** No application ran beside the change, so nobody could be held up. */
  readonly unloaded?: true;
  readonly watches: readonly TriedWatch[];
  readonly stops: readonly TriedStop[];
  /** Transactions of the change; of many, only some stops are tried. */
  readonly transactions: number;
  /** Statement that ends what a session runs. */
  readonly stop: string;
  /** Command for one file. */
  readonly run: (path: string) => string;
  /** Where it was tried: `PostgreSQL 18.4, 1.0M rows`. */
  readonly where: string;
  /** Longest time an existing query may be blocked, milliseconds. */
  readonly blockedMs?: number;
  readonly upFailed?: string;
  readonly downFailed?: string;
  readonly probes: boolean;
  /** Files beside the change that somebody has to run before or after it, with the reason. */
  readonly also: readonly {
    readonly path: string;
    readonly why: string;
    readonly when: 'before' | 'after';
  }[];
  /** Statements that nothing runs by itself: somebody has to schedule them. */
  readonly regular: readonly RegularWork[];
}

/** The runbook as Markdown. */
export function runbook(facts: RunbookFacts): string {
  const { change, files } = facts;
  const up = files.filter(({ path }) => path.startsWith('up/'));
  const down = files.filter(({ path }) => path.startsWith('down/'));
  const first = facts.watches.find((watch) => watch.title === 'Transactions that hold things up');
  return block([
    `# Runbook: ${prose(facts.title)}`,
    `Every statement below was run on a twin (${facts.where}); times are of that machine, and yours differ: watch, do not count on them. Set \`DATABASE_URL\` to the target first.`,
    '## 1. Before',
    bullet([
      'A backup that somebody has restored stands ready (this runbook does not prove that).',
      ...(facts.probes
        ? [
            `The probes return no row on your data: ${code(facts.run('probes.sql'))}. They are read-only; a row means that a step would fail.`,
          ]
        : []),
      ...(first ? [`No transaction is older than a minute: ${code(first.command)}`] : []),
      ...filesOf(facts, 'before'),
    ]),
    '## 2. Deploy',
    facts.upFailed === undefined
      ? 'In this order. Between two files the application may run for as long as it needs: each state was tried with the queries of before.'
      : `**Do not deploy: the change failed on the twin: ${prose(facts.upFailed)}**`,
    ...up.flatMap((file) => deployFile(facts, file)),
    '## 3. Watch',
    'In a second session, every few seconds.',
    ...facts.watches.flatMap(watchSection),
    '## 4. Stop',
    bullet([
      `A step that does not get its lock in time gives up by itself (\`lock_timeout\`), its transaction is rolled back, and nothing waits: run it again, from its \`-- dbd:boundary\` on.`,
      `Stop a step that runs too long: ${code(facts.stop)}. Its transaction is rolled back; transactions before it stay.`,
      ...(facts.blockedMs === undefined
        ? []
        : [`Stop when an application query waits longer than ${formatMs(facts.blockedMs)}.`]),
      'Then either go on from the step that was stopped, or take back what was committed: the parts of the `down` files that begin with `-- dbd: undo` and the ids of those steps, last one first.',
    ]),
    ...stopSection(facts.stops, facts.transactions),
    '## 5. Roll back',
    down.length === 0
      ? '**There are no statements that lead back.**'
      : facts.downFailed === undefined
        ? 'The whole way back, in this order:'
        : `**The way back failed on the twin: ${prose(facts.downFailed)}**`,
    ...down.map((file) => fenced(facts.run(file.path), 'sh')),
    ...losses(change),
    '## 6. After',
    bullet([
      ...filesOf(facts, 'after'),
      'The watch queries are quiet again, and no invalid index is left.',
      'The application’s error rate and its slowest queries are as before.',
    ]),
    ...(facts.regular.length === 0
      ? []
      : [
          '## 7. From then on',
          'Nothing in the database runs these by itself: put them into a scheduler, and let it tell when one fails.',
          ...facts.regular.flatMap(({ what, often, sql, note }) => [
            `### ${prose(what)}`,
            fenced(`${sql};`, 'sql'),
            `${often[0]!.toUpperCase()}${often.slice(1)}.${note === undefined ? '' : ` ${prose(note)}`}`,
          ]),
        ]),
  ]);
}

function filesOf(facts: RunbookFacts, when: 'before' | 'after'): readonly string[] {
  return facts.also
    .filter((one) => one.when === when)
    .map(({ path, why }) => `${prose(why)}: ${code(facts.run(path))}`);
}

function deployFile(facts: RunbookFacts, file: ChangeFile): readonly string[] {
  const phase = facts.change.phases.find(({ number }) =>
    file.path.startsWith(`up/${String(number).padStart(2, '0')}-`),
  );
  if (!phase) return [];
  const ran = phase.steps.flatMap(({ id }) => facts.statements.filter(({ step }) => step === id));
  const total = ran.reduce((sum, { ms }) => sum + ms, 0);
  const wal = ran.reduce((sum, { walBytes }) => sum + walBytes, 0);
  return [
    `### ${file.path}`,
    fenced(facts.run(file.path), 'sh'),
    `${plural(phase.steps.length, 'step')}; on the twin ${formatMs(total)} and ${formatBytes(wal)} of write-ahead log. ${describe(phase)}`,
    ...(ran.length === 0
      ? []
      : [
          table(
            ['step', 'does', 'took', 'strongest lock', 'held up the application for'],
            phase.steps.map((step) => stepRow(facts, step)),
          ),
        ]),
  ];
}

function stepRow({ statements, unloaded }: RunbookFacts, { id, sql, reason }: Step): readonly string[] {
  const mine = statements.filter(({ step }) => step === id);
  const stalls = mine.flatMap(({ stallMs }) => stallMs ?? []);
  const [first = ''] = sql.split('\n');
  return [
    id,
    // A block says nothing in its first line.
    /^\s*DO\b/i.test(first) ? prose(reason) : code(first.length > 70 ? `${first.slice(0, 69)}…` : first),
    mine.length === 0 ? 'not run' : formatMs(mine.reduce((sum, { ms }) => sum + ms, 0)),
    [...new Set(mine.flatMap(({ locks }) => locks))].slice(0, 3).join('; ') || 'none on existing tables',
    stalls.length === 0 ? (unloaded ? 'not tried' : 'nobody') : formatMs(Math.max(...stalls)),
  ];
}

function describe({ name, steps }: Phase): string {
  const batched = steps.filter(({ batched: loop }) => loop).length;
  const words = {
    expand: 'It adds; old and new application both work during and after it.',
    backfill: 'It moves rows; it may be stopped and begun again.',
    contract: 'It takes away what the old application needs: deploy the new application everywhere first.',
  };
  return `${words[name]}${batched > 0 ? ` ${plural(batched, 'step')} run in batches until no row is left.` : ''}`;
}

function watchSection(watch: TriedWatch): readonly string[] {
  const tried =
    watch.failed === undefined
      ? `Tried: it ran${watch.rows > 0 ? ` and showed ${plural(watch.rows, 'row')}` : ' and showed no row'}.`
      : `**Not usable on the twin: ${prose(watch.failed)}**`;
  return [`### ${watch.title}`, fenced(`${watch.sql};`, 'sql'), `${prose(watch.alarm)} ${tried}`];
}

function stopSection(stops: readonly TriedStop[], transactions: number): readonly string[] {
  if (stops.length === 0) return ['Stopping between the steps was not tried.'];
  const where =
    stops.length === transactions
      ? `each of ${plural(transactions, 'transaction')}`
      : `${stops.length} of ${plural(transactions, 'transaction')}`;
  const bad = stops.filter(({ differences, failed }) => differences > 0 || failed !== undefined);
  return [
    bad.length === 0
      ? `Tried on the bare structure: stopped after ${where}, then what was committed was taken back; the structure was equal to the start each time.`
      : `Tried on the bare structure: stopped after ${where}, then taken back. **From ${bad.map(({ after }) => after).join(', ')} the way back is not clean:**`,
    ...(bad.length === 0
      ? []
      : [
          bullet(
            bad.map(({ after, differences, failed }) =>
              prose(`${after}: ${failed ?? `${plural(differences, 'difference')} from the start`}`),
            ),
          ),
        ]),
  ];
}

function losses({ phases }: Change): readonly string[] {
  const lost = phases.flatMap(({ steps }) =>
    steps.flatMap(({ id, destructive }) => (destructive ? [`${id}: ${prose(destructive)}`] : [])),
  );
  return [
    'Rows that new tables and new columns held are lost by it.',
    ...(lost.length === 0 ? [] : ['**No way back brings back:**', bullet(lost)]),
  ];
}
