/** Sections of claims: maps (or lists) of entries whose ids are written in the key or given by order. */
import { isMap, isSeq } from 'yaml';
import { child, entriesOf } from './entries.ts';
import { refuse, refuseValue, shown, type At, type Form } from './form.ts';
import type { Place } from '../model.ts';

/** An entry of a section with its id and the words after it in the key. */
export interface Keyed<T> {
  readonly id: string;
  /** `AnalyticsEvent` of the key `E1 AnalyticsEvent`; undefined when the key is the id alone or the section is a list. */
  readonly name?: string;
  readonly place: Place;
  readonly at: At;
  readonly value: T;
}

/** Most entries of one section; the largest schemas of applications have about as many tables. */
const mostEntries = 1000;

/** A section whose ids are one letter and a number: `Q1`, `Q2 latest events`, or no id (given by order). */
export function section<T>(letter: string, item: Form<T>, expected: string): Form<readonly Keyed<T>[]> {
  return {
    expected,
    closed: true,
    schema: {
      description: expected,
      anyOf: [
        { type: 'object', additionalProperties: item.schema },
        { type: 'array', items: item.schema },
      ],
    },
    read(at) {
      const raw = rawEntries(at, letter, expected);
      if (raw.length > mostEntries)
        return refuse(
          at,
          'task.wrong-value',
          `\`${at.path.join('.')}\` has more than ${mostEntries} entries.`,
        );
      const taken = new Set<string>();
      for (const entry of raw) {
        if (entry.id === undefined) continue;
        if (taken.has(entry.id))
          return refuse(entry.at, 'task.wrong-value', `the id ${shown(entry.id)} is given twice.`);
        taken.add(entry.id);
      }
      let next = 1;
      return raw.map(({ id: written, name, at: place }) => {
        while (written === undefined && taken.has(`${letter}${next}`)) next += 1;
        const id = written ?? `${letter}${next}`;
        taken.add(id);
        const here = { ...place, path: [...at.path, id] };
        return {
          id,
          ...(name === undefined ? {} : { name }),
          place: at.source.place(place.offset),
          at: here,
          value: item.read({ ...here, offset: startOf(here) }),
        };
      });
    },
  };
}

interface RawEntry {
  readonly id?: string;
  readonly name?: string;
  /** The value's node, with the offset of the key. */
  readonly at: At;
}

function rawEntries(at: At, letter: string, expected: string): readonly RawEntry[] {
  if (isSeq(at.node)) return at.node.items.map((item, index) => ({ at: child(at, item, String(index)) }));
  if (!isMap(at.node)) return refuseValue(at, expected);
  const pattern = new RegExp(`^(${letter}[1-9]\\d{0,5})(?:\\s+(.+))?$`, 's');
  return entriesOf(at, at.node).map((entry) => {
    const here = { ...entry.at, offset: entry.keyOffset };
    if (entry.key.trim() === '' || entry.key.includes('\0'))
      return refuse(here, 'task.wrong-value', `a key of \`${at.path.join('.')}\` is empty.`);
    const [, id, name = id === undefined ? entry.key.trim() : undefined] =
      pattern.exec(entry.key.trim()) ?? [];
    return {
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name: name.trim() }),
      at: here,
    };
  });
}

function startOf(at: At): number {
  const range = (at.node as { range?: readonly [number, number, number] } | null)?.range;
  return range?.[0] ?? at.offset;
}
