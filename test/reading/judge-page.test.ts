/** The guide lists every built-in function that is refused, with the reason; `npx vitest run test/reading/judge-page.test.ts --update` writes it. */
import { expect, test } from 'vitest';
import { reasons } from '../../src/engines/postgres/reading/verdicts/builtin.ts';
import { functions } from '../../src/engines/postgres/reading/verdicts/functions.ts';

const hand = ['harmless', 'parts'];

test('each refused function stands in the guide with its reason', async () => {
  const groups = Object.entries(functions).filter(([group]) => !hand.includes(group));
  expect(groups.map(([group]) => group).filter((group) => !reasons[group])).toEqual([]);
  const rows = groups.map(([group, lines]) => {
    const names = lines.flatMap((line) => line.split('; ')).map((item) => item.slice(0, item.indexOf('(')));
    return `## ${group}\n\n${reasons[group]}\n\n${names.map((name) => `\`${name}\``).join(', ')}\n`;
  });
  await expect(
    `# Built-in functions that a foreign statement may not call

Of PostgreSQL 14 to 18; where a version of a function is harmless with other arguments, the refusal names the arguments. How a statement is judged: [query-verdicts.md](query-verdicts.md).

${rows.join('\n')}`,
  ).toMatchFileSnapshot('../../docs/guide/query-refused-functions.md');
});
