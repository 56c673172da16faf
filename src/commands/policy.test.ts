import { expect, test } from 'vitest';
import { all } from './all.ts';
import { fieldsOf } from './fields.ts';
import { reachOf } from './reach.ts';

/** Options that agents must not give, on purpose. */
const closed = ['command', 'forceContract', 'restored', 'sandbox', 'urlEnv'];

test('the reach of every option that an agent is offered is known', async () => {
  const commands = (await Promise.all(all.map((listed) => listed.load()))).filter(({ faces }) =>
    faces.includes('mcp'),
  );
  const unknown = commands.flatMap((command) =>
    fieldsOf(command)
      .filter(({ name, kind }) => reachOf(command.name, name, kind) === 'closed' && !closed.includes(name))
      .map(({ name }) => `${command.name} ${name}`),
  );
  expect(unknown).toEqual([]);
});
