/** A draft block and the questions that matter most, for a task that is prose only; every guess is marked as one. */
import { slug } from '../../base/text.ts';
import type { Catalog } from '../../catalog/model.ts';
import { printType } from '../block/types.ts';
import type { Question } from '../model.ts';
import { printCount, printDays, printPerDay, printRate } from '../units.ts';
import type { DraftField } from './fields.ts';
import { questionsFor } from './questions.ts';
import { sketch, type Link, type Sketch } from './sketch.ts';
import { pascal, type Prose } from './words.ts';

/** What a person must say before anything can be designed, most important first; `catalog` is the current structure where somebody looked at it. */
export function draftQuestions(task: Prose, catalog?: Catalog): readonly Question[] {
  return questionsFor(sketch(task, catalog));
}

/** A block to complete, as YAML without its fence: names from the prose and from the current structure, each value a guess as `{ assume: … }`. */
export function draftBlock(task: Prose, catalog?: Catalog): string {
  const drawn = sketch(task, catalog);
  const sections = [entities, relations, access, volume, lifecycle, privacy, limits].map((part) =>
    part(drawn),
  );
  const alter = drawn.things.every(({ existing }) => existing);
  return [
    'dbd: 1',
    '# A draft. Each { assume: … } is a guess: write the value itself where you know it, `unknown` where nobody does.',
    ...(alter ? ['change: { kind: { assume: alter } }'] : []),
    ...sections.flat(),
    '',
  ].join('\n');
}

function assume(value: string): string {
  return `{ assume: ${value} }`;
}

function entities({ things, traits }: Sketch): readonly string[] {
  return [
    'entities:',
    ...things.flatMap((thing, index) => {
      const states = index === 0 ? traits.states : undefined;
      const field = traits.stateField ?? 'status';
      const kept = thing.fields.filter(
        ({ name }) => states === undefined || states.length === 0 || name !== field,
      );
      const lines = kept.filter(({ name }) => name !== 'created_at').map(fieldLine);
      return [
        `  E${index + 1} ${pascal(thing.words)}:`,
        ...(thing.existing ? [] : [`    purpose: ${assume(`One ${thing.words}`)}`]),
        `    table: ${assume(thing.table)}`,
        ...(index === 0 && !thing.existing && traits.history !== undefined
          ? [`    history: ${assume(traits.history)}`]
          : []),
        ...(index === 0 && traits.optimistic && !thing.existing ? [`    optimistic: ${assume('true')}`] : []),
        ...(index === 0 && traits.outbox && !thing.existing ? [`    outbox: ${assume('true')}`] : []),
        ...(states && states.length > 1
          ? [
              `    states: { field: ${assume(field)}, start: ${assume(states[0]!)}, moves: { ${states
                .slice(0, -1)
                .map((state, at) => `${state}: [${states[at + 1]}]`)
                .join(', ')} } } # the moves are guesses, too`,
            ]
          : []),
        '    fields:',
        ...lines,
        ...(states && states.length > 1
          ? [
              `      ${field}: { type: ${assume(`'enum(${states.join(', ')})'`)}, required: ${assume('true')}, default: ${assume(states[0]!)} }`,
            ]
          : []),
        ...(thing.existing
          ? []
          : [
              `      created_at: { type: ${assume('instant')}, required: ${assume('true')}, default: ${assume('now')} }`,
            ]),
      ];
    }),
  ];
}

function fieldLine({ name, type, required, unique }: DraftField): string {
  const words = [
    `type: ${assume(`'${printType(type)}'`)}`,
    ...(required === undefined ? [] : [`required: ${assume(String(required))}`]),
    ...(unique ? [`unique: ${assume('true')}`] : []),
  ];
  return `      ${name}: { ${words.join(', ')} }`;
}

function relations({ links, things, traits }: Sketch): readonly string[] {
  const lines = links.map((link, index) => {
    const required = things[link.from]!.existing ? 'false' : 'true';
    return `  L${index + 1}: { from: E${link.from + 1}, to: ${target(link)}, name: ${assume(link.name)}, required: ${assume(required)} }`;
  });
  const tree =
    traits.tree === undefined || things[0]!.existing
      ? []
      : [
          `  L${links.length + 1}: { from: E1, to: E1, name: ${assume('parent')}, required: ${assume('false')}, tree: ${assume(traits.tree)} }`,
        ];
  return lines.length + tree.length === 0 ? [] : ['relations:', ...lines, ...tree];
}

function target({ to }: Link): string {
  return typeof to === 'number' ? `E${to + 1}` : assume(to);
}

function access({ things, figures, reads }: Sketch): readonly string[] {
  const fresh = things.map((thing, index) => ({ thing, index })).filter(({ thing }) => !thing.existing);
  const rate = (index: number): string =>
    index > 0 || figures.perSecond === undefined
      ? '1/s peak 10/s'
      : printRate({ perSecond: figures.perSecond, peakPerSecond: Math.max(1, figures.perSecond * 10) });
  const inserts = fresh.map(
    ({ thing, index }) =>
      `says: Add a new ${thing.words}, insert: E${index + 1}, rate: ${assume(rate(index))}, p95: ${assume('20 ms')}`,
  );
  const asked = reads.map(
    (read) => `says: ${JSON.stringify(read)}, rate: ${assume('1/s')}, p95: ${assume('200 ms')}`,
  );
  const lines = [...inserts, ...asked].map((line, index) => `  Q${index + 1}: { ${line} }`);
  return lines.length === 0 ? [] : ['access:', ...lines];
}

function volume({ things, figures }: Sketch): readonly string[] {
  return [
    'volume:',
    ...things.map((thing, index) => {
      const own = index === 0 ? figures : {};
      const now = own.now ?? (thing.existing ? 100_000 : 0);
      const perDay = own.perDay ?? (thing.existing ? 100 : index === 0 ? 10_000 : 1_000);
      return `  V${index + 1}: { of: E${index + 1}, now: ${assume(printCount(now))}, per_day: ${assume(printPerDay(perDay))}, horizon: ${assume('12 months')} }`;
    }),
  ];
}

function lifecycle({ things, figures }: Sketch): readonly string[] {
  if (figures.keepDays === undefined || things[0]!.existing) return [];
  return [
    'lifecycle:',
    `  C1: { of: E1, keep: ${assume(printDays(figures.keepDays))}, then: ${assume(figures.then ?? 'delete')} }`,
  ];
}

function privacy({ personal }: Sketch): readonly string[] {
  if (personal.length === 0) return [];
  return [
    'privacy:',
    ...personal.map((field, index) => {
      const mask = slug(field).includes('email') ? `, mask: ${assume('email')}` : '';
      return `  P${index + 1}: { of: E1.${field}, class: ${assume('personal')}${mask} }`;
    }),
  ];
}

function limits(): readonly string[] {
  return [
    'limits:',
    `  B1: { blocked: ${assume('500 ms')}, lock_wait: ${assume('1 s')}, rewrite: ${assume('never')} }`,
  ];
}
