/** The story of `dbd repair`. */
import { plural } from '../../base/text.ts';
import { column, report } from '../../report/build.ts';
import type { Block, Report } from '../../report/model.ts';
import { repair, type RepairOptions } from '../../runner/repair.ts';
import { call, called, type StoryOptions } from './story.ts';

/** Shows what is unfinished and settles what was asked for; throws as {@link repair} does. */
export async function repairStory(
  options: StoryOptions & Pick<RepairOptions, 'clear' | 'done' | 'accept' | 'forget' | 'acceptStructure'>,
): Promise<Report> {
  const started = performance.now();
  const found = await repair(options);
  const open = found.half.filter(({ settled }) => settled === undefined);
  const drifted = options.acceptStructure === undefined ? found.differences : [];
  const parts = [
    ...(found.half.length > 0
      ? [`${plural(found.half.length, 'unfinished step')}${open.length === 0 ? ', settled' : ''}`]
      : []),
    ...(drifted.length > 0 ? [`${plural(drifted.length, 'difference')} in the structure`] : []),
  ];
  return report({
    command: 'repair',
    title: `Repair of ${called(options.target)}`,
    headline:
      [parts.length === 0 ? '' : `${parts.join(', ')} on ${called(options.target)}.`, ...found.did]
        .filter(Boolean)
        .join(' ') || `Nothing on ${called(options.target)} is unfinished.`,
    started,
    verdict: open.length > 0 || drifted.length > 0 ? 'conditions' : 'proven',
    server: found.server,
    blocks: [...halfBlock(found.half), ...driftBlock(drifted)],
    next: [
      ...(open.length > 0
        ? [
            {
              command: `${call(options, 'repair')} --clear`,
              why: 'takes away what is half built and lets the step run again',
            },
            {
              command: `${call(options, 'repair')} --done`,
              why: 'when you have seen that the step is done',
            },
          ]
        : []),
      ...(drifted.length > 0
        ? [
            {
              command: `${call(options, 'repair')} --accept-structure "why"`,
              why: 'takes the structure of today as the one to go on from',
            },
          ]
        : []),
      { command: call(options, 'status'), why: 'what has run here, and what waits' },
    ],
    output: { half: found.half, differences: found.differences, did: found.did },
  });
}

function halfBlock(half: Awaited<ReturnType<typeof repair>>['half']): readonly Block[] {
  if (half.length === 0) return [];
  return [
    {
      id: 'half',
      title: 'Unfinished steps',
      kind: 'table',
      columns: [
        column('change'),
        column('step'),
        column('statement', 'code'),
        column('found'),
        column('settled'),
      ],
      rows: half.map(({ change, phase, step, sql, found, settled }) => [
        change,
        `${phase} ${step}`,
        sql.replaceAll(/\s+/g, ' ').slice(0, 80),
        found.map((one) => one.found).join(' '),
        settled ?? '',
      ]),
    },
  ];
}

function driftBlock(differences: readonly string[]): readonly Block[] {
  if (differences.length === 0) return [];
  return [
    {
      id: 'drift',
      title: 'Altered since the last run',
      kind: 'text',
      text: differences.map((one) => `· ${one}`).join('\n'),
    },
  ];
}
