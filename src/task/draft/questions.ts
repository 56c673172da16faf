/** What a person must say before anything can be designed; what changes the design most comes first. */
import type { Question } from '../model.ts';
import { printCount, printDays } from '../units.ts';
import type { Sketch } from './sketch.ts';
import { pascal, plural, withArticle } from './words.ts';

/** A question and how much its answer changes the design: 100 decides what the tables are, 10 a limit of the change. */
interface Ranked extends Question {
  readonly weight: number;
}

/** Questions that the text leaves open, the weightiest first. */
export function questionsFor(sketch: Sketch): readonly Question[] {
  return [...shape(sketch), ...habits(sketch), ...load(sketch), ...keeping(sketch)]
    .sort((a, b) => b.weight - a.weight)
    .map(({ about, text, guess }) => ({ about, text, ...(guess === undefined ? {} : { guess }) }));
}

function shape({ things, links, certain, informed, traits }: Sketch): readonly Ranked[] {
  const [first] = things;
  const words = first!.words;
  const fields = first!.fields.map(({ name }) => name).filter((name) => name !== 'created_at');
  const listed = fields.slice(0, 5).join(', ');
  const parents = links.filter(({ from }) => from === 0);
  return [
    certain
      ? fields.length === 0
        ? {
            weight: 100,
            about: 'entities',
            text: `Which fields does each ${words} have, and which of them are required?`,
            guess: `entities: { ${pascal(words)}: { fields: { … } } }`,
          }
        : {
            weight: first!.existing ? 90 : 60,
            about: 'entities',
            text: first!.existing
              ? `What do the ${plural(words)} that are there already get as ${listed}, and must every one have a value?`
              : `Is ${listed}${fields.length > 5 ? ' …' : ''} all that ${withArticle(words)} has, and which of these are required?`,
            guess: `${fields[0]}: { type: text, required: true }`,
          }
      : {
          weight: 100,
          about: 'entities',
          text: 'Which things are kept, and which fields does each have?',
          guess: 'entities: { Thing: { fields: { … } } }',
        },
    ...(first!.existing || !certain
      ? []
      : [
          first!.fields.some(({ unique }) => unique)
            ? {
                weight: 55,
                about: 'E1',
                text: `Can two ${plural(words)} never have the same ${first!.fields.find(({ unique }) => unique)!.name}, also not where letters differ only in case?`,
                guess: 'unique: true',
              }
            : {
                weight: 88,
                about: 'E1',
                text: `What makes two ${plural(words)} the same one, so that the second is refused?`,
                guess: `unique: [[${[...parents.map(({ name }) => name), fields[0] ?? 'name'].slice(0, 2).join(', ')}]]`,
              },
        ]),
    ...parents.slice(0, 3).map((link, index): Ranked => {
      const parent = typeof link.to === 'number' ? things[link.to]!.words : link.name.replaceAll('_', ' ');
      return {
        weight: 95 - index,
        about: `L${links.indexOf(link) + 1}`,
        text: traits.many
          ? `Can one ${words} belong to several ${plural(parent)}, and what happens to it when one of them is deleted?`
          : `Does each ${words} belong to exactly one ${parent}, and what happens to it when that is deleted?`,
        guess: traits.many
          ? `L1: { from: E1, to: ${typeof link.to === 'number' ? `E${link.to + 1}` : link.to}, via: ${plural(words).replaceAll(' ', '_')}_${plural(parent).replaceAll(' ', '_')} }`
          : 'required: true, on_delete: restrict',
      };
    }),
    ...(parents.length === 0 && certain && !first!.existing
      ? [
          {
            weight: 92,
            about: 'relations',
            text: informed
              ? `To which of today's tables does ${withArticle(words)} belong, if any?`
              : `To what does ${withArticle(words)} belong: a user, a customer, anything else that is there?`,
            guess: 'relations: { L1: { from: E1, to: users, name: user, required: true } }',
          },
        ]
      : []),
  ];
}

function habits({ things, traits }: Sketch): readonly Ranked[] {
  const words = things[0]!.words;
  const asked: (Ranked | false)[] = [
    traits.tenant !== undefined && {
      weight: 98,
      about: 'tenancy',
      text: `May one ${traits.tenant} ever see rows of another: is one table with row security enough, or does each need a schema or database of its own?`,
      guess: 'tenancy: { model: shared, of: tenants }',
    },
    traits.states !== undefined && {
      weight: traits.states.length === 0 ? 86 : 64,
      about: 'E1',
      text:
        traits.states.length === 0
          ? `Which states can ${withArticle(words)} be in, in which one does it begin, and which may follow which?`
          : `May ${withArticle(words)} move only from one state to the next (${traits.states.join(', ')}), or also back or past one?`,
      guess:
        traits.states.length === 0
          ? 'states: { field: status, start: open, moves: { open: [closed] } }'
          : `moves: { ${traits.states[0]}: [${traits.states.slice(1).join(', ')}] }`,
    },
    traits.history !== undefined && {
      weight: 84,
      about: 'E1',
      text: {
        audit: `Who reads the history of ${plural(words)}, and must it also tell who changed what?`,
        'soft-delete': `For how long can a deleted ${words} be brought back, and does its name or code stay taken meanwhile?`,
        temporal: `May two versions of ${withArticle(words)} be valid at the same time, and who asks for an earlier day?`,
      }[traits.history],
      guess: `history: ${traits.history}`,
    },
    traits.tree !== undefined && {
      weight: 76,
      about: 'relations',
      text: `How deep do ${plural(words)} nest, and is the whole subtree asked for often, or only children and parent?`,
      guess: `tree: ${traits.tree}`,
    },
    traits.optimistic && {
      weight: 58,
      about: 'E1',
      text: `When two people change the same ${words}, is the second one refused, or does the last one win?`,
      guess: 'optimistic: true',
    },
    traits.outbox && {
      weight: 57,
      about: 'E1',
      text: `Must a message about each change of ${withArticle(words)} be sent for sure, once its transaction is through?`,
      guess: 'outbox: true',
    },
    traits.series && {
      weight: 78,
      about: 'E1',
      text: `Are single old ${plural(words)} ever read, or only sums of them; and are they removed by the month?`,
      guess: 'partition: { by: created_at, every: month }',
    },
  ];
  return asked.filter((each) => each !== false);
}

function load({ things, figures, reads }: Sketch): readonly Ranked[] {
  const many = plural(things[0]!.words);
  return [
    {
      weight: reads.length > 0 ? 66 : 74,
      about: 'access',
      text:
        reads.length > 0
          ? `How often is each of these asked (average and peak), and how fast must it answer: ${reads.map((read) => `“${read}”`).join(', ')}?`
          : `Which queries read and write ${many}, how often (average and peak), and how fast must they answer?`,
      guess: 'access: { Q1: { insert: E1, rate: 1/s peak 10/s, p95: 20 ms } }',
    },
    ...(figures.perDay !== undefined && figures.now !== undefined
      ? []
      : [
          {
            weight: figures.perDay === undefined && figures.now === undefined ? 72 : 48,
            about: 'volume',
            text:
              figures.perDay !== undefined
                ? `How many ${many} are there on the first day, beside the ${printCount(figures.perDay)} that come each day?`
                : figures.now !== undefined
                  ? `How many ${many} come each day, beside the ${printCount(figures.now)} that are there?`
                  : `How many ${many} are there on the first day, and how many come each day?`,
            guess: 'volume: { V1: { of: E1, now: 0, per_day: 1k/day, horizon: 12 months } }',
          },
        ]),
  ];
}

function keeping({ things, figures, personal, links }: Sketch): readonly Ranked[] {
  const many = plural(things[0]!.words);
  const touched = things.some(({ existing }) => existing) || links.some(({ to }) => typeof to === 'string');
  const lifecycle: Ranked =
    figures.keepDays === undefined
      ? {
          weight: 50,
          about: 'lifecycle',
          text: `How long are ${many} kept, and what happens then?`,
          guess: 'lifecycle: { C1: { of: E1, keep: 24 months, then: delete } }',
        }
      : {
          weight: 30,
          about: 'lifecycle',
          text: `After ${printDays(figures.keepDays)}, must anything keep ${many} from being removed, such as an open case?`,
          guess: 'hold: open cases',
        };
  return [
    ...(things[0]!.existing ? [] : [lifecycle]),
    {
      weight: personal.length > 0 ? 62 : 34,
      about: 'privacy',
      text:
        personal.length > 0
          ? `${personal.join(', ')}: who may read ${personal.length === 1 ? 'this' : 'these'}, and must values be unreadable in backups?`
          : 'Which fields are personal, and who may read them?',
      guess: `privacy: { P1: { of: ${personal.length > 0 ? `E1.${personal[0]}` : 'users.email'}, class: personal${personal.length === 0 || personal[0]!.includes('email') ? ', mask: email' : ''} } }`,
    },
    {
      weight: touched ? 40 : 32,
      about: 'limits',
      text: 'For how long may queries of the running application wait while the change is made?',
      guess: 'limits: { B1: { blocked: 500 ms, lock_wait: 1 s, rewrite: never } }',
    },
  ];
}
