/** The decision table and the chart of a comparison. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { slug } from '../../base/text.ts';
import type { Block, Cell, Finding } from '../../report/model.ts';
import { both, daily, decide, standing } from './decide.ts';
import type { Beside, Comparison, Measured, Seen, Sameness } from './model.ts';

/** Table and bars of one comparison. */
export function blocksOf(comparison: Comparison): readonly Block[] {
  const { kind, about, chosen, others, rows } = comparison;
  const id = `alternatives-${kind}-${slug(about, '-')}`;
  const all = [chosen, ...others.map(({ seen }) => seen)];
  const title = `Alternatives: ${about}, ${all.map(({ name }) => name).join(' or ')}`;
  return [
    {
      kind: 'text',
      id,
      title,
      text: others.map((other) => decide(chosen, other).sentence).join('\n\n'),
    },
    {
      kind: 'table',
      id: `${id}-table`,
      title: `What was measured: ${about}`,
      columns: [
        { title: 'measure' },
        { title: `${chosen.name} (chosen)`, align: 'right' },
        ...others.map(({ seen }) => ({ title: seen.name, align: 'right' as const })),
      ],
      rows: [...patternRows(comparison), ...choreRows(all), ...sizeRows(all), ...workRows(comparison)],
      note: [
        `Measured at ${formatCount(rows)} rows of the new tables, not at the declared volume: medians of single calls, in turns, with intervals of 99 % confidence; the work of a day is derived from them.`,
        ...others.flatMap(samenessNotes),
      ].join(' '),
    },
    {
      kind: 'bars',
      id: `${id}-chart`,
      title: `Median call by design: ${about}`,
      unit: 'ms',
      bars: chosen.patterns.flatMap(({ claim }) =>
        all.flatMap((seen) => {
          const one = find(seen, claim);
          return one ? [{ label: `${claim} ${seen.name}`, after: one.ms.value }] : [];
        }),
      ),
      note: `At ${formatCount(rows)} rows.`,
    },
  ];
}

/** What a clearly better design asks to be changed. */
export function findingsOf({ kind, chosen, others }: Comparison): readonly Finding[] {
  return others.flatMap((other): readonly Finding[] => {
    const decision = decide(chosen, other);
    if (decision.verdict !== 'better') return [];
    const { variant } = other;
    return [
      {
        rule: `alternative-${kind}`,
        severity: 'info',
        place: variant.about,
        message: decision.sentence,
        why: 'Both designs were built on the twin and ran the reads and writes of the task in turns.',
        instead: variant.lines,
      },
    ];
  });
}

function patternRows({ chosen, others }: Comparison): readonly (readonly Cell[])[] {
  return chosen.patterns.flatMap((one) => {
    const shown = others.map(({ seen }) => find(seen, one.claim));
    const row = (what: string, text: (measured: Measured) => string, tone = false): readonly Cell[] => [
      `${one.claim} ${what}`,
      text(one),
      ...shown.map((two): Cell => {
        if (!two) return '–';
        const how = tone ? standing(one, two) : 'alike';
        return how === 'alike' ? text(two) : { text: text(two), tone: how === 'faster' ? 'good' : 'bad' };
      }),
    ];
    const wal = one.walBytes !== undefined;
    return [
      row(one.write ? 'write' : 'read', timeText, true),
      row('pages per call', ({ buffers }) => (Number.isFinite(buffers) ? String(Math.round(buffers)) : '–')),
      ...(wal
        ? [row('WAL per call', ({ walBytes }) => (walBytes === undefined ? '–' : formatBytes(walBytes)))]
        : []),
    ];
  });
}

function timeText({ ms, cut }: Measured): string {
  const high = Number.isFinite(ms.high) ? formatMs(ms.high) : 'open';
  return `${cut > 0 ? '> ' : ''}${formatMs(ms.value)} (${formatMs(ms.low)} – ${high})`;
}

function choreRows(all: readonly Seen[]): readonly (readonly Cell[])[] {
  const texts = [...new Set(all.flatMap(({ chores }) => chores.map(({ text }) => text)))];
  return texts.flatMap((text) => {
    const found = all.map(({ chores }) => chores.find((chore) => chore.text === text));
    return [
      [text, ...found.map((chore) => (chore ? formatMs(chore.ms) : '–'))],
      [`${text}: WAL`, ...found.map((chore) => (chore ? formatBytes(chore.walBytes) : '–'))],
    ];
  });
}

function sizeRows(all: readonly Seen[]): readonly (readonly Cell[])[] {
  return [
    ['tables', ...all.map(({ tableBytes }) => formatBytes(tableBytes))],
    ['indexes', ...all.map(({ indexBytes }) => formatBytes(indexBytes))],
  ];
}

function workRows({ chosen, others }: Comparison): readonly (readonly Cell[])[] {
  const assumed = chosen.patterns.some(({ rateAssumed }) => rateAssumed);
  const own = new Set(chosen.patterns.map(({ claim }) => claim));
  return [
    [
      `work per day, derived${assumed ? ' (some rates are assumed)' : ''}`,
      formatMs(daily(chosen, own).value * 1000),
      ...others.map(({ seen }) => formatMs(daily(seen, both(chosen, seen)).value * 1000)),
    ],
  ];
}

function samenessNotes({ seen, sameness }: Beside): readonly string[] {
  const of = (kind: Sameness['kind']): readonly string[] =>
    [...sameness].filter(([, one]) => one.kind === kind).map(([claim]) => claim);
  const same = of('same');
  return [
    ...(same.length > 0 ? [`${seen.name} returned the same rows for ${same.join(', ')}.`] : []),
    ...[...sameness].flatMap(([claim, one]) =>
      one.kind === 'same'
        ? []
        : [
            `${seen.name}, ${claim}: ${one.kind === 'different' ? 'other rows' : 'not compared'}, ${one.because}.`,
          ],
    ),
    ...[...seen.unable].map(([claim, because]) => `${claim} was not measured: ${because}.`),
  ];
}

function find(seen: Seen, claim: string): Measured | undefined {
  return seen.patterns.find((one) => one.claim === claim);
}
