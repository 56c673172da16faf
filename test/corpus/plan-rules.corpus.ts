/** Makes the labelled plans anew, tries their cures, and with DBD_WRITE=1 keeps them: `DBD_MAJORS=18 DBD_SCHEMAS=shop` makes a part. */
import { expect, test } from 'vitest';
import { cases, schemas } from '../plan-rules/cases/all.ts';
import { makePlans } from '../plan-rules/generate.ts';
import { store } from '../plan-rules/stored.ts';

const majors = (process.env.DBD_MAJORS ?? '14,15,16,17,18').split(',').map(Number);
const only = process.env.DBD_SCHEMAS?.split(',');

test.each(majors)('the plans of %i are what their labels say', async (major) => {
  const own = cases.filter(({ also = [], majors: at = [18] }) => [...at, ...also].includes(major));
  const chosen = schemas.filter(({ name }) => only === undefined || only.includes(name));
  const { plans, known, wrong } = await makePlans(major, chosen, own, (text) =>
    process.stderr.write(`${text}\n`),
  );
  if (process.env.DBD_WRITE === '1')
    for (const { name } of chosen) {
      const stored = plans.filter((one) => one.case.schema === name);
      if (stored.length > 0) store(`${name}-${major}`, known[`${name}-${major}`]!, stored);
    }
  expect(wrong).toEqual([]);
});
