import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { agentVariables } from './src/commands/agent.ts';

/** Small files that take long. Vitest starts with the largest file where it knows no times, and one of these at the end would leave a worker idle. */
const long = [
  'sandbox/kills',
  'snapshot/workload-rehearse',
  'deliver/levels',
  'hollow/hollow-majors',
  'hollow/hollow-18',
  'twin/torture',
  'twin/sources',
  'fidelity/fidelity',
  'deliver/prose',
  'rules/schema',
  'data/command',
  'golden/examples',
  'catalog/compare',
  'snapshot/masked-plans',
  'workload/bench',
  'operate/other-tools',
  'faces/secrets',
  'deliver/current',
  'deliver/routines-task',
  'deliver/naive',
  'bad-input/signals',
  'tune/command',
  'tune/contest',
  'tune/candidates',
  'tune/proof',
  'tune/settings',
  'tune/choice/large',
  'explain/explain',
  'explain/orders',
  'plans/formats',
  'rewrites/worlds',
  'health/command',
  'reading/bypass',
  'reading/fuzz',
  'reading/command',
  'runs/kan-29',
  'ci-check/check',
  'ci-check/action',
  'branch/branch',
  'tracker/publish-command',
  'tracker/adf-write',
  'faces/mcp-process',
  'faces/mcp-modes',
  'drafting/drafting',
];

/** Starts the long ones first, and leaves the others in vitest's order. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      long.some((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** What compares times, or sessions that go side by side, comes when the others are done, and no more of it at once than there are cores. */
const quiet = [
  'test/deliver/alternatives.test.ts',
  'test/explain/explain.test.ts',
  'test/explain/orders.test.ts',
  'test/preflight/confirm.test.ts',
  'test/tune/beyond.test.ts',
  'test/tune/command.test.ts',
  'test/tune/proof.test.ts',
  'test/tune/settings.test.ts',
  'test/twin/fill.test.ts',
  'test/workload/bench.test.ts',
];

/** Tests behave alike when an agent starts them. */
const env = Object.fromEntries(agentVariables.map((name) => [name, '']));

/** What is pure and quick; what starts servers or processes; and measurements, which `npm run bench` alone runs. */
export default defineConfig({
  test: {
    // Tests wait for servers about as often as they work: three keep two cores busy.
    maxWorkers: 3,
    env,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Nothing there keeps state between files.
          isolate: false,
          include: ['src/**/*.test.ts', 'test/architecture/**/*.test.ts', 'test/render/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'database',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture/**', 'test/render/**', ...quiet],
          globalSetup: ['test/support/build.ts'],
          // A machine with other work is several times slower; no test measures time with these.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'quiet',
          include: [...quiet],
          globalSetup: ['test/support/build.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'corpus',
          include: ['test/corpus/**/*.corpus.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
