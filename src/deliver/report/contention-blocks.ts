import { plural } from '../../base/text.ts';
import type { Meeting, ContentionResult, Tried } from '../../rehearse/contention/model.ts';
import { isolations } from '../../rehearse/contention/meet.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Finding } from '../../report/model.ts';
import type { Race } from '../trials/given-rows.ts';

/** Who met whom at which level and what came of it; the same in the advised form; and what storms counted. */
export function contentionBlocks(
  { tried, storms }: ContentionResult,
  races: ReadonlyMap<string, Race>,
): readonly Block[] {
  const rows = [
    ...tried.flatMap((each): readonly (readonly Cell[])[] => {
      const written = lineOf(names(each), each.scenario.meets, each.meetings);
      const advised = each.advised;
      if (!advised) return [written];
      const form = `advised: ${advised.form}`;
      return advised.untried === undefined
        ? [written, lineOf('', form, advised.meetings)]
        : [written, ['', `${form}, not tried: ${advised.untried}`, '', '', '']];
    }),
    ...[...races].flatMap(([rule, race]): readonly (readonly Cell[])[] =>
      race.levels.length === 0
        ? []
        : [
            [
              rule,
              'rows of which the rule allows one',
              ...isolations.map((isolation): Cell => {
                const level = race.levels.find((one) => one.isolation === isolation);
                if (!level) return '';
                return level.committed > 1
                  ? { text: 'both committed: broken', tone: 'bad' }
                  : {
                      text: `${level.committed} of 2${level.said === undefined ? '' : `, ${level.said}`}`,
                      tone: 'good',
                    };
              }),
            ],
          ],
    ),
  ];
  if (rows.length === 0) return [];
  return [
    {
      id: 'contention',
      title: 'Two sessions at once',
      kind: 'table',
      columns: [column('Pattern'), column('They meet at'), ...isolations.map((one) => column(one))],
      rows,
      note: 'Driven step by step on copies of the twin. "as in order" means: the rows are what one of the two orders, one after the other, leaves. Transactions that ended with 40001 or 40P01 were run again.',
    },
    ...(storms.length > 0
      ? [
          {
            id: 'contention-storms',
            title: 'Many sessions at once',
            kind: 'table' as const,
            columns: [
              column('Pattern'),
              column('Form'),
              column('Level'),
              column('Committed', 'right'),
              column('Lost', 'right'),
              column('Duplicates', 'right'),
              column('Run again', 'right'),
              column('Given up', 'right'),
            ],
            rows: storms.map((storm): readonly Cell[] => [
              storm.unit,
              storm.form,
              storm.isolation,
              storm.commits,
              counted(storm.lost),
              counted(storm.duplicates),
              storm.serialization + storm.deadlocks,
              storm.refused,
            ]),
            note: `${plural(storms[0]!.sessions, 'session')} on a few rows; counts are of committed transactions, and how many there were is of this machine.`,
          },
        ]
      : []),
  ];
}

function counted(count: number | undefined): Cell {
  return count === undefined ? '–' : { text: String(count), tone: count === 0 ? 'good' : 'bad' };
}

function names({ scenario: { units } }: Tried): string {
  const [one, two] = units;
  return one.id === two.id ? one.id : `${one.id} with ${two.id}`;
}

function lineOf(name: string, meets: string, met: readonly Meeting[]): readonly Cell[] {
  return [
    name,
    meets,
    ...isolations.map((level) => cellOf(met.find(({ isolation }) => isolation === level))),
  ];
}

function cellOf(met: Meeting | undefined): Cell {
  if (!met) return '';
  const again = [
    met.serialization > 0 ? `40001, run again` : '',
    met.deadlocks > 0 ? 'deadlock, run again' : '',
    met.conflicts > 0 ? 'changed meanwhile, run again' : '',
    met.waits > 0 ? 'waits' : '',
  ].filter((text) => text !== '');
  const rest = again.length > 0 ? `: ${again.join(', ')}` : '';
  if (met.refused !== undefined) return `${met.committed} of 2 committed, ${met.refused}${rest}`;
  if (met.anomaly !== undefined) return { text: `${met.anomaly}${rest}`, tone: 'bad' };
  return { text: `as in order${rest}`, tone: met.deadlocks > 0 ? 'bad' : 'good' };
}

/** What goes wrong at the level that applications use when they name none, and deadlocks at any. */
export function contentionFindings({ tried }: ContentionResult): readonly Finding[] {
  return tried.flatMap((each): readonly Finding[] => {
    const [usual] = each.meetings;
    const deadlock = each.meetings.some(({ deadlocks }) => deadlocks > 0);
    if (usual?.anomaly === undefined && !deadlock) return [];
    const { advised, advice } = each;
    const better = advised?.meetings[0];
    const repeated =
      !advised || !better
        ? ''
        : better.anomaly === undefined && better.deadlocks === 0 && better.refused === undefined
          ? ` Tried again with ${advised.form}: as in order.`
          : ` Tried again with ${advised.form}: ${better.anomaly ?? better.refused ?? 'a deadlock'} all the same.`;
    return [
      {
        rule: usual?.anomaly === undefined ? 'deadlock' : usual.anomaly.replaceAll(' ', '-'),
        severity: 'warning',
        place: names(each),
        message:
          usual?.anomaly === undefined
            ? `Two sessions on ${each.scenario.meets} wait for each other in a circle; the server ends one of them.`
            : `Two sessions on ${each.scenario.meets} at read committed come to what no order of them gives: ${usual.anomaly}.`,
        ...(advice === undefined ? {} : { instead: `${advice}${repeated}` }),
        ...(advised && advised.untried === undefined ? { fix: `${advised.shown.join(';\n')};` } : {}),
      },
    ];
  });
}
