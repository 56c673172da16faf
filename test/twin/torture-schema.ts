/** A schema of several hundred tables in which everything that a server can forbid is forbidden somewhere. */
import { keyMotifs } from './torture/keys.ts';
import { circleMotifs } from './torture/circles.ts';
import { conditionMotifs } from './torture/conditions.ts';
import type { Dice, Motif, Parent } from './torture/motif.ts';
import { textMotifs } from './torture/texts.ts';
import { shapeMotifs } from './torture/shapes.ts';

export const motifs: readonly Motif[] = [
  ...keyMotifs,
  ...circleMotifs,
  ...conditionMotifs,
  ...textMotifs,
  ...shapeMotifs,
];

/** Types that all motifs share. */
export const preamble = `
CREATE TYPE mood AS ENUM ('calm', 'busy', 'odd one', 'it''s');
CREATE TYPE stage AS ENUM ('draft', 'open', 'closed');
CREATE TYPE place AS (street text, zip text);
CREATE DOMAIN percentage AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN email AS text CHECK (VALUE ~* '^[A-Z0-9._%+-]+@[A-Z0-9.-]+\\.[A-Z]{2,}$');
CREATE DOMAIN slug AS varchar(40) CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
CREATE DOMAIN positive AS numeric(12, 2) NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN even AS positive CHECK (VALUE % 2 = 0);
CREATE DOMAIN year AS smallint CHECK (VALUE >= 1900 AND VALUE <= 2100);
CREATE DOMAIN sizes AS text[] CHECK (cardinality(VALUE) BETWEEN 1 AND 3 AND VALUE <@ ARRAY['S', 'M', 'L', 'XL']);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE FUNCTION refuse_large() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.quantity > 1000000 THEN RAISE EXCEPTION 'too large'; END IF; RETURN NEW; END $$;
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'rows come by another way'; END $$;
`;

/** At least so many tables (partitions not counted), of every motif that the server knows; equal seeds give equal text. */
export function tortureSchema(options: {
  readonly seed: number;
  readonly tables: number;
  readonly major: number;
}): string {
  const dice = diceOf(options.seed);
  const usable = motifs.filter(({ since = 0 }) => since <= options.major);
  const parts = [preamble];
  let tables = 0;
  for (let turn = 0; tables < options.tables; turn++) {
    const motif = usable[turn % usable.length]!;
    const sql = motif.sql(`${motif.name}_${turn + 1}`, dice);
    parts.push(sql);
    tables += [...sql.matchAll(/CREATE TABLE (?!\S+ PARTITION OF)/g)].length;
  }
  return parts.join('\n');
}

function diceOf(seed: number): Dice {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const parents: Parent[] = [];
  return {
    below,
    pick: (items) => items[below(items.length)]!,
    parent: () => parents[below(parents.length)]!,
    offer: (parent) => parents.push(parent),
  };
}
