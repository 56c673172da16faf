/** Everything that a deliverable is made from, for a small task on a small twin, without measuring or rehearsing. */
import type { Catalog } from '../../src/catalog/model.ts';
import type { Stage } from '../../src/deliver/deliverables/model.ts';
import { buildTwin } from '../../src/deliver/twin/twin.ts';
import { planTask } from '../../src/deliver/wanted.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readTask } from '../../src/task/task.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

/** A stage of a block on top of a structure; `rows` of the whole twin. */
export async function stageOf(block: string, current: string, rows = 400): Promise<Stage> {
  await postgres.grammar.ready();
  const sandbox = await testSandbox();
  const database = await testDatabase({ sql: current });
  const session = await postgres.connect(database.ownerUrl);
  const before: Catalog = await postgres.inspect(session).finally(() => session.close());
  const task = readTask({ text: `# T-1 A case\n\n\`\`\`yaml\ndbd: 1\n${block}\n\`\`\`\n`, name: 'T-1.md' });
  const signal = new AbortController().signal;
  const emit = (): void => undefined;
  const common = {
    engine: postgres,
    sandbox,
    current: database,
    before,
    task,
    limitMs: 60_000,
    emit,
    signal,
  };
  const planned = await planTask(common);
  const twin = await buildTwin({ ...common, planned, rows, seed: 1 });
  return {
    ...common,
    planned,
    twin,
    volumes: twin.volumes,
    fills: twin.fills,
    rows,
    seed: 1,
    quick: true,
    config: {},
    indexes: [],
    access: [],
    sizes: [],
    limits: [],
    alternatives: 'none',
    source: 'a test',
    server: sandbox.server,
    observed: {
      rules: new Map(),
      relations: new Map(),
      purges: new Map(),
      readers: new Map(),
      fields: new Map(),
      storms: new Map(),
    },
  } as unknown as Stage;
}
