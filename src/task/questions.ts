/** What a task leaves open or says twice in two ways: questions to a person, and assumptions for the report. */
import type { Access, Given, Open, Question, Requirements, Volume } from './model.ts';
import { printCount, printDays, printPerDay, printRate } from './units.ts';

/** A value that nobody declared, as the report shows it. */
export interface Assumption {
  /** Claim id or path in the block. */
  readonly about: string;
  readonly text: string;
}

type Asked = { readonly requirements: Requirements; readonly open: readonly Open[] };

/** Questions of a task: its unknown values, then its contradictions. */
export function questionsOf({ requirements, open }: Asked): readonly Question[] {
  return [
    ...unknowns(requirements, open),
    ...growth(requirements),
    ...deletes(requirements),
    ...twice(requirements),
    ...values(requirements),
  ];
}

function nameIn({ entities }: Requirements): (reference: string) => string {
  return (reference) => entities.find(({ id }) => id === reference)?.name ?? reference;
}

function unknowns(r: Requirements, open: readonly Open[]): readonly Question[] {
  const name = nameIn(r);
  const asked = (given: Given<unknown>, about: string, text: string, guess: string): readonly Question[] =>
    given.kind === 'unknown' ? [{ about, text, guess }] : [];
  return [
    ...r.access.flatMap((a) =>
      asked(
        a.rate,
        a.id,
        `How often is ${a.id} called (${a.says}), on average and at the peak?`,
        'rate: { assume: 10/s peak 40/s }',
      ),
    ),
    ...r.volumes.flatMap((v) => [
      ...asked(v.now, v.id, `How many rows of ${name(v.of)} are there now?`, 'now: { assume: 100k }'),
      ...asked(
        v.perDay,
        v.id,
        `How many rows of ${name(v.of)} are added a day?`,
        'per_day: { assume: 1k/day }',
      ),
      ...asked(
        v.horizonDays,
        v.id,
        `For how long must the design of ${name(v.of)} hold?`,
        'horizon: { assume: 12 months }',
      ),
    ]),
    ...open
      .filter(({ kind }) => kind === 'unknown')
      .map(({ path }) => ({ about: path[1] ?? path[0] ?? 'dbd', text: `What is \`${path.join('.')}\`?` })),
  ];
}

/** Inserts a second against rows a day: more than three times apart is a question. */
function growth(r: Requirements): readonly Question[] {
  return r.volumes.flatMap((volume) => {
    const inserts = r.access.filter(
      (access) => access.insert === volume.of && access.rate.kind === 'declared',
    );
    if (inserts.length === 0 || volume.perDay.kind !== 'declared') return [];
    const inserted = inserts.reduce(
      (sum, access) => sum + (access.rate.kind === 'declared' ? access.rate.value.perSecond : 0),
      0,
    );
    const grown = volume.perDay.value / 86_400;
    if (inserted <= grown * 3 && grown <= inserted * 3) return [];
    return [contradiction(inserts, volume, inserted, grown)];
  });
}

function contradiction(
  inserts: readonly Access[],
  volume: Volume,
  inserted: number,
  grown: number,
): Question {
  const who = inserts.map(({ id }) => id).join(' and ');
  return {
    about: volume.id,
    text: `${who} ${inserts.length === 1 ? 'inserts' : 'insert'} ${figure(inserted)} a second on average, ${volume.id} says ${figure(grown)}. Which is right?`,
    guess: `per_day: ${printPerDay(Math.round(inserted * 86_400))}`,
  };
}

function figure(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}

function deletes(r: Requirements): readonly Question[] {
  return r.relations
    .filter((relation) => relation.required && relation.onDelete === 'set null')
    .map((relation) => ({
      about: relation.id,
      text: `${relation.id} is required, yet \`on_delete: set null\` would empty it. Which is meant?`,
      guess: 'on_delete: cascade',
    }));
}

function twice(r: Requirements): readonly Question[] {
  const name = nameIn(r);
  return r.volumes.flatMap((volume, index) => {
    const first = r.volumes.slice(0, index).find(({ of }) => of === volume.of);
    return first
      ? [
          {
            about: volume.id,
            text: `${first.id} and ${volume.id} both give the volume of ${name(volume.of)}. Which counts?`,
          },
        ]
      : [];
  });
}

function values(r: Requirements): readonly Question[] {
  return r.entities.flatMap((entity) =>
    entity.fields.flatMap((field) => {
      const given = [...field.examples, ...(field.default === undefined ? [] : [field.default])];
      const { type } = field;
      const wrong =
        type.kind === 'enum'
          ? given.find((value) => !type.values.includes(String(value)))
          : type.kind === 'text' && type.length !== undefined
            ? given.find((value) => typeof value === 'string' && Array.from(value).length > type.length!)
            : undefined;
      return wrong === undefined
        ? []
        : [
            {
              about: entity.id,
              text: `${entity.name}.${field.name} gives ${JSON.stringify(wrong)}, which its type does not allow. Which is right?`,
            },
          ];
    }),
  );
}

/** Everything that is used although nobody declared it, in the order of the block. */
export function assumptionsOf({ requirements: r, open }: Asked): readonly Assumption[] {
  const name = nameIn(r);
  const assumed = <T>(given: Given<T>, about: string, text: (value: T) => string): readonly Assumption[] =>
    given.kind === 'assumed' ? [{ about, text: text(given.value) }] : [];
  return [
    ...r.access.flatMap((a) => assumed(a.rate, a.id, (rate) => `${a.id} is called ${printRate(rate)}`)),
    ...r.volumes.flatMap((v) => [
      ...assumed(v.now, v.id, (rows) => `${name(v.of)} has ${printCount(rows)} rows now`),
      ...assumed(v.perDay, v.id, (rows) => `${name(v.of)} grows by ${printPerDay(rows)}`),
      ...assumed(v.horizonDays, v.id, (span) => `the design of ${name(v.of)} holds for ${printDays(span)}`),
    ]),
    ...open
      .filter(({ kind }) => kind === 'assumed')
      .map(({ path }) => ({
        about: path[1] ?? path[0] ?? 'dbd',
        text: `\`${path.join('.')}\` is assumed as the block shows it`,
      })),
  ];
}
