/** Words that several sections of the block share: references, names, SQL, units and rows. */
import { isMap } from 'yaml';
import { refuseValue, scalar, text, type Form } from '../form/form.ts';
import type { Row } from '../model.ts';
import { list, literal, placed } from '../form/object.ts';
import * as units from '../units.ts';

/** SQL, taken as it is written. */
export const sql = text('SQL text', { type: 'string' });
/** An entity, or an existing table, with the place where it is named. */
export const reference = placed(
  text('an id such as E1, the name of an entity, or an existing table', { type: 'string' }),
);
/** A field or relation with the place where it is named. */
export const name = placed(text('a name', { type: 'string' }));
/** The sentence of a claim. */
export const says = text('a sentence');

/** Whole rows. */
export const count = scalar(
  'a number of rows such as `0`, `950`, `40k` or `2M`',
  { type: ['string', 'number'] },
  (value) => {
    const rows = units.parseCount(value);
    return rows !== undefined && Number.isInteger(rows) ? rows : undefined;
  },
);
/** Rows a day. */
export const perDay = scalar(
  'new rows per day such as `40k/day`, `40k` or `0.5/s`',
  { type: ['string', 'number'] },
  units.parsePerDay,
);
/** A span of time, in days. */
export const days = scalar(
  'a span of time such as `18 months`, `30 days` or `1 year`',
  { type: 'string' },
  units.parseDays,
);
/** A duration, in milliseconds. */
export const duration = scalar(
  'a duration such as `20 ms`, `2 s` or `1 min`',
  { type: 'string' },
  units.parseDuration,
);
/** Calls per second, average and peak. */
export const rate = scalar(
  'a rate such as `10/s`, `2/min` or `150/s peak 600/s` (the peak not below the average)',
  { type: 'string' },
  units.parseRate,
);

/** A row written out. */
export const row: Form<Row> = {
  expected: 'a map from field to value',
  schema: { type: 'object' },
  read: (at) =>
    isMap(at.node)
      ? (literal.read(at) as Row)
      : refuseValue(at, 'a map from field to value, such as `{ event_type: page_view }`'),
};

/** Rows with the places of their keys, so that a missing field is reported where it stands. */
export const rows = list(placed(row), 'a list of rows, such as `[{ event_type: page_view }]`');
