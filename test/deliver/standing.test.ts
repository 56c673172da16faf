/** Entities that are tables of today: their keys are taken as they are, what is asked for is still judged. */
import { expect, test } from 'vitest';
import { claimsOf } from './board.ts';

const current = `CREATE TABLE countries (code text PRIMARY KEY, name text); INSERT INTO countries VALUES ('at', 'Austria');`;
const block = (key: string): string => `
change: { engine: postgres, kind: alter }
entities:
  E1 Country: { table: countries,${key} fields: { code: { type: text, required: true }, name: { type: text }, capital: { type: text } } }`;

test.each([
  ['no key', '', 'proven', /fields were tried/],
  ['its own key', ' key: [code],', 'proven', /fields were tried/],
  ['another key', ' key: [name],', 'missed', /the key is code, asked for was name/],
  ['a uuid', ' key: uuid,', 'missed', /the key code is no uuid/],
])('the entity names %s', async (_what, key, verdict, because) => {
  const claim = (await claimsOf({ block: block(key), current, only: 'E1' })).get('E1')!;
  expect([claim.verdict, claim.because]).toEqual([verdict, expect.stringMatching(because)]);
});
