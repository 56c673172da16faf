/** A room of the house: its floor, and the rooms it may know beside `base`. */
export interface Room {
  readonly floor: number;
  readonly knows: readonly string[];
}

const upTo = (floor: number, except: readonly string[] = []): readonly string[] =>
  Object.entries(lower)
    .filter(([name, room]) => room.floor >= 2 && room.floor <= floor && !except.includes(name))
    .map(([name]) => name);

const lower: Readonly<Record<string, Room>> = {
  base: { floor: 1, knows: [] },
  catalog: { floor: 2, knows: [] },
  report: { floor: 2, knows: [] },
  config: { floor: 2, knows: [] },
  task: { floor: 3, knows: ['catalog'] },
  engine: { floor: 3, knows: ['catalog'] },
  render: { floor: 3, knows: ['report'] },
  evidence: { floor: 3, knows: ['report'] },
  workload: { floor: 4, knows: ['engine', 'catalog', 'task'] },
  sandbox: { floor: 4, knows: ['engine'] },
  mask: { floor: 4, knows: ['catalog', 'engine'] },
  engines: { floor: 4, knows: ['engine', 'catalog'] },
  snapshot: { floor: 5, knows: ['sandbox', 'engine', 'catalog', 'workload', 'mask'] },
  change: { floor: 5, knows: ['engine', 'catalog', 'task'] },
  design: { floor: 6, knows: ['change', 'task', 'catalog', 'engine', 'mask'] },
  apply: { floor: 6, knows: ['change', 'engine', 'catalog', 'report'] },
  twin: { floor: 6, knows: ['snapshot', 'sandbox', 'engine', 'catalog', 'task', 'workload', 'mask'] },
  rules: { floor: 6, knows: ['change', 'engine', 'catalog', 'workload', 'report'] },
  formats: { floor: 6, knows: ['change', 'engine', 'catalog', 'report'] },
  preflight: { floor: 6, knows: ['change', 'engine', 'catalog', 'report', 'workload'] },
  runner: {
    floor: 7,
    knows: [
      'apply',
      'preflight',
      'formats',
      'evidence',
      'change',
      'engine',
      'catalog',
      'report',
      'config',
      'workload',
      'snapshot',
    ],
  },
  data: { floor: 7, knows: ['snapshot', 'twin', 'mask', 'engine', 'catalog', 'task', 'sandbox'] },
  operate: { floor: 7, knows: ['sandbox', 'rules', 'engine', 'catalog', 'report'] },
  document: { floor: 7, knows: ['change', 'catalog', 'task', 'workload', 'report'] },
  tracker: { floor: 7, knows: ['task', 'report', 'config'] },
  application: { floor: 7, knows: ['task', 'workload', 'sandbox', 'engine', 'catalog', 'report'] },
};

const belowSeven = upTo(6, ['engines']);

/** The floor table of ARCHITECTURE.md as data; a room that is not here does not exist. */
export const rooms: Readonly<Record<string, Room>> = {
  ...lower,
  tune: { floor: 7, knows: belowSeven },
  rehearse: { floor: 7, knows: belowSeven },
  deliver: { floor: 8, knows: [...upTo(7, ['engines']), 'tune', 'rehearse'] },
  commands: { floor: 9, knows: [...upTo(7, ['engines']), 'tune', 'rehearse', 'deliver'] },
  'faces/cli': { floor: 10, knows: ['commands', 'render', 'report', 'config'] },
  'faces/mcp': { floor: 10, knows: ['commands', 'render', 'report', 'config'] },
  index: {
    floor: 10,
    knows: ['commands', 'render', 'report', 'task', 'catalog', 'engine', 'change', 'workload'],
  },
  bin: { floor: 11, knows: ['faces/cli', 'faces/mcp'] },
};

/** Single arrows that the table does not draw, each with its reason. */
export const exceptions: Readonly<Record<string, string>> = {
  'src/commands/run.ts → engines': 'the only door to the engines: a context hands out an engine by name',
};

/** Files of nouns that may name what other files hand out, each with its reason. */
export const gatheringModels: Readonly<Record<string, string>> = {
  'src/deliver/model.ts': 'the facts of a whole run are what the rooms below hand out',
  'src/deliver/deliverables/model.ts': 'a deliverable is made from the facts of a whole run',
};
