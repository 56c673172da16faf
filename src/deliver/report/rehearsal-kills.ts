/** The block that tells where a change was cut off, and whether it ended well all the same. */
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Claim, Finding } from '../../report/model.ts';
import { claim, measured } from '../claims/claims.ts';
import type { Killed, Kills } from '../kills/model.ts';
import { firstLine } from './rehearsal-blocks.ts';

/** Places with the same outcome are one row per statement. */
export function killBlocks(kills: Kills | undefined): readonly Block[] {
  if (!kills) return [];
  const head = { id: 'kills', title: 'Cut off, and taken up again' };
  if (kills.killed.length === 0)
    return [{ ...head, kind: 'text', text: `Not tried: ${kills.because ?? 'there was no place for it'}.` }];
  const statements = [...new Set(kills.killed.map(({ point }) => point.sql))];
  return [
    {
      ...head,
      kind: 'table',
      columns: [column('statement', 'code'), column('cut off'), column('how'), column('then')],
      rows: statements.flatMap((sql) => {
        const own = kills.killed.filter(({ point }) => point.sql === sql);
        return [...new Set(own.map(({ point }) => point.when))].map((when): readonly Cell[] => {
          const here = own.filter(({ point }) => point.when === when);
          const bad = here.find((one) => !endedWell(one));
          return [
            firstLine(sql),
            when,
            [...new Set(here.map(({ point }) => point.kind))].join(', '),
            bad
              ? { text: outcome(bad), tone: 'bad' }
              : { text: 'resumed: same structure, same rows', tone: 'good' },
          ];
        });
      }),
      note: `${kills.killed.length} of ${plural(kills.places, 'place')} tried${kills.because ? `: ${kills.because}` : ''}. Each time the runner of \`dbd migrate\` was started again on the same database; compared with the change that nobody cut off: the whole structure, indexes that are not valid included, and the rows of every table.`,
    },
  ];
}

function endedWell({ differences, failed }: Killed): boolean {
  return differences.length === 0 && failed === undefined;
}

function outcome({ differences, failed }: Killed): string {
  return failed ?? `differs: ${differences.slice(0, 3).join(', ')}`;
}

/** Whether the change can be taken up again wherever it was cut off. */
export function killClaims(kills: Kills | undefined): readonly Claim[] {
  if (!kills) return [];
  const says = 'Cut off anywhere, the change is taken up again and leaves nothing half done';
  const verdict = (value: Claim['verdict'], because: string): readonly Claim[] => [
    claim('resume', 'change', says, value, because, [
      measured(`${kills.killed.length} of ${plural(kills.places, 'place')} tried`),
    ]),
  ];
  const bad = kills.killed.filter((one) => !endedWell(one));
  const [first] = bad;
  if (first)
    return verdict(
      'missed',
      `${first.point.kind} ${first.point.when} ${firstLine(first.point.sql)}: ${outcome(first)}`,
    );
  if (kills.killed.length === 0) return verdict('not-proven', `Not tried: ${kills.because ?? ''}.`);
  if (kills.killed.length < kills.places)
    return verdict(
      'not-proven',
      `${kills.killed.length} of ${kills.places} places were tried, and all of them ended well; ${kills.because ?? 'the others were not'}.`,
    );
  return verdict(
    'proven',
    `At each of ${plural(kills.places, 'place')} it went on to the same structure and the same rows.`,
  );
}

/** Places after which the change did not end well. */
export function killFindings(kills: Kills | undefined): readonly Finding[] {
  return (kills?.killed ?? [])
    .filter((one) => !endedWell(one))
    .slice(0, 5)
    .map((one): Finding => ({
      rule: 'not-resumable',
      severity: 'error',
      place: firstLine(one.point.sql),
      message: `Cut off ${one.point.when} it (${one.point.kind}): ${outcome(one)}`,
      instead: 'Make it a step that finds out by itself what is left to do.',
    }));
}
