import { expect, test } from 'vitest';
import type { CheckResult } from '../../application/check/model.ts';
import type { Mapper, Models } from '../../application/model.ts';
import { findingsOf, modelsBlock } from './blocks.ts';

const said = (load: { parents: number[]; statements: number[]; wrong?: string }) => {
  const result: CheckResult = {
    kind: 'run',
    compiler: 'TypeScript',
    calls: [],
    loads: [{ functionName: 'usersWithNotes', ...load }],
  };
  const block = modelsBlock({ entities: [], operations: [] } as unknown as Models, [
    { mapper: { title: 'A mapper' } as Mapper, written: { files: [], leftOut: [] }, result },
  ]);
  return {
    text: JSON.stringify('rows' in block ? block.rows : ''),
    findings: findingsOf(result, 'A mapper').map(({ message }) => message),
  };
};

test('as many statements for many parents as for one is said only of loads that met many', () => {
  expect(said({ parents: [1, 50], statements: [2, 2] })).toEqual({
    text: expect.stringContaining('1 of 1 load of parents with children') as string,
    findings: [],
  });
  for (const parents of [[], [0, 0], [1, 1]])
    expect(said({ parents, statements: parents.map(() => 2) })).toEqual({
      text: expect.stringMatching(/^(?!.*as many statements).*met fewer than two parents/) as string,
      findings: [],
    });
});

test.each([
  [{ parents: [1, 50], statements: [2, 51] }, 'took 2 and 51 statements for 1 and 50 parents'],
  [{ parents: [1, 2], statements: [1, 2] }, 'took 1 and 2 statements for 1 and 2 parents'],
  [{ parents: [1, 50], statements: [0, 0] }, 'took 0 and 0 statements'],
  [{ parents: [1], statements: [2, 0], wrong: 'no such relation' }, 'failed on the twin: no such relation'],
])('a load that grows, is not seen or fails is an error: %j', (load, message) => {
  expect(said(load).findings.join()).toContain(message);
});
