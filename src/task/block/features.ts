/** What an entity asks for beyond fields: states, versions, messages, partitions, dependencies, governance. */
import { refuse, shown, type At, type Placed } from '../form/form.ts';
import type { Dependency, Entity } from '../model.ts';
import { optional, record } from './values.ts';
import type { RawBlock } from './vocabulary.ts';

type RawEntity = NonNullable<RawBlock['entities']>[number]['value'];
type RawDependency = NonNullable<RawEntity['depends']>[number];

/** Partitions that stand ready when the task does not say how many. */
export const assumedAhead = 3;

/** Reads the features of one entity; throws `task.wrong-value` for a state that leads nowhere and a dependency without sides. */
export function readFeatures(
  value: RawEntity,
  at: At,
): Pick<Entity, 'states' | 'optimistic' | 'outbox' | 'partition' | 'depends' | 'owner' | 'classification'> {
  const { states, partition } = value;
  const moves = states && new Map(states.moves!.map(([state, next]) => [state, next]));
  for (const [from, next] of moves ?? [])
    for (const to of next)
      if (to === from)
        refuse(at, 'task.wrong-value', `\`${at.path.join('.')}.states\` moves ${shown(from)} to itself.`);
  if (moves && !moves.has(states.start!) && ![...moves.values()].flat().includes(states.start!))
    refuse(
      at,
      'task.wrong-value',
      `\`${at.path.join('.')}.states.start\` is ${shown(states.start)}, which no move names.`,
    );
  return {
    ...optional(
      'states',
      states && moves && { field: states.field!.value, start: states.start!, moves: record(moves) },
    ),
    optimistic: value.optimistic ?? false,
    outbox: value.outbox ?? false,
    ...optional(
      'partition',
      partition && {
        by: partition.by!.value,
        every: partition.every!,
        ahead: partition.ahead ?? assumedAhead,
      },
    ),
    depends: (value.depends ?? []).map((each) => readDependency(each, at)),
    ...optional('owner', value.owner),
    ...optional('classification', value.classification),
  };
}

/** Names of fields and relations that the features use, with their places. */
export function featureNames(value: RawEntity): readonly Placed<string>[] {
  return [
    ...(value.states ? [value.states.field!] : []),
    ...(value.partition ? [value.partition.by!] : []),
    ...(value.depends ?? []).flatMap((each) => [
      ...(each.on ?? []),
      ...(each.sets ?? []),
      ...(each.parts ?? []).flat(),
    ]),
  ];
}

function readDependency(raw: RawDependency, at: At): Dependency {
  const words = (list: readonly Placed<string>[] = []): readonly string[] => list.map((each) => each.value);
  const why = optional('why', raw.why);
  const kind = raw.kind ?? (raw.parts === undefined ? 'functional' : 'join');
  if (kind === 'join') {
    if (raw.parts === undefined || raw.parts.length < 2 || raw.on !== undefined || raw.sets !== undefined)
      return refuse(
        at,
        'task.wrong-value',
        `a join dependency of \`${at.path.join('.')}\` needs two or more \`parts\` and nothing else.`,
      );
    return { kind, parts: raw.parts.map(words), ...why };
  }
  if (raw.on === undefined || raw.sets === undefined || raw.parts !== undefined)
    return refuse(
      at,
      'task.wrong-value',
      `a dependency of \`${at.path.join('.')}\` needs \`on\` and \`sets\`.`,
    );
  return { kind, on: words(raw.on), sets: words(raw.sets), ...why };
}
