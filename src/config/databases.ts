/** Reads the map `databases` of the configuration: which databases there are, and how each may be changed. */
import type { BudgetsConfig, DatabaseConfig } from './model.ts';
import { bytes, duration, lazy } from './amounts.ts';
import { readReading } from './reading.ts';
import { readWindow } from './windows.ts';
import { textOf, textsOf, valuesOf, type Node } from './yaml.ts';

const keys = [
  'url',
  'direct',
  'service',
  'kind',
  'owner',
  'role',
  'schema',
  'search_path',
  'schemas',
  'changes',
  'window',
  'budgets',
  'shared',
  'read',
  'evidence',
  'after',
  'observe',
] as const;
const budgetKeys = [
  'stall',
  'lock_timeout',
  'patience',
  'lag',
  'wal',
  'transaction',
  'bloat',
  'batch',
  'load',
  'canary',
  'canary_p99',
] as const;

/** Reads the map; paths stay as written and addresses keep their `${…}` until they are needed. Throws `config.invalid`. */
export function readDatabases(node: Node): Readonly<Record<string, DatabaseConfig>> {
  if (node.kind !== 'map')
    return node.refuse(
      '`databases` must be a map of names, each with a `url`.',
      'Write `databases: { staging: { url: "${STAGING_URL}" } }`.',
    );
  const all = Object.fromEntries(
    node.entries.map(({ key, at, value }) => [
      key,
      databaseOf(value ?? at.refuse(`\`databases.${key.slice(0, 60)}\` needs a \`url\`.`), key),
    ]),
  );
  for (const { key, at } of node.entries) {
    const seen = new Set<string>();
    for (let name: string | undefined = key; name !== undefined; name = all[name]?.after) {
      if (!all[name]) at.refuse(`\`databases.${key}\` comes after \`${name}\`, which is not in the map.`);
      if (seen.has(name))
        at.refuse(`\`databases.${key}\` comes after itself: ${[...seen, name].join(' → ')}.`);
      seen.add(name);
    }
  }
  return all;
}

function databaseOf(node: Node, name: string): DatabaseConfig {
  const values = valuesOf(node, keys, `\`databases.${name}\``);
  const text = (key: (typeof keys)[number]): string | undefined => {
    const found = values.get(key);
    return found && textOf(found, `databases.${name}.${key}`);
  };
  const url = values.get('url') ?? node.refuse(`\`databases.${name}\` needs a \`url\`.`);
  const [kind, read] = [values.get('kind'), values.get('read')];
  const [direct, schemas, window, budgets, shared, evidence, observe] = [
    values.get('direct'),
    values.get('schemas'),
    values.get('window'),
    values.get('budgets'),
    values.get('shared'),
    values.get('evidence'),
    values.get('observe'),
  ];
  const optional = {
    direct: direct && lazy(direct),
    service: text('service'),
    kind: kind && kindOf(kind),
    read: read && readReading(read),
    owner: text('owner'),
    role: text('role'),
    searchPath: text('search_path'),
    schemas: schemas && textsOf(schemas, 'schemas'),
    changes: text('changes'),
    after: text('after'),
    evidence: evidence && textsOf(evidence, 'evidence'),
    observeMs: observe && duration(observe, 'observe'),
    windows: window && (window.kind === 'list' ? window.items : [window]).map(readWindow),
  };
  return {
    url: lazy(url),
    schema: text('schema') ?? 'dbd',
    shared: sharedOf(shared, kind && kindOf(kind)),
    budgets: budgets ? budgetsOf(budgets) : {},
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<DatabaseConfig>),
  };
}

/** A shared or production database demands signed evidence; nobody says otherwise in passing. */
function sharedOf(node: Node | undefined, kind: DatabaseConfig['kind']): boolean {
  const implied = kind === 'shared' || kind === 'production';
  if (!node) return implied;
  const said = flag(node);
  return implied && !said
    ? node.refuse(`\`shared: false\` contradicts \`kind: ${kind}\`, which demands signed evidence.`)
    : said;
}

const kinds = ['development', 'shared', 'production'] as const;

function kindOf(node: Node): (typeof kinds)[number] {
  const text = textOf(node, 'kind');
  return kinds.find((kind) => kind === text) ?? node.refuse(`\`kind\` must be one of ${kinds.join(', ')}.`);
}

function flag(node: Node): boolean {
  return node.kind === 'scalar' && typeof node.value === 'boolean'
    ? node.value
    : node.refuse('this must be true or false.');
}

function budgetsOf(node: Node): BudgetsConfig {
  const values = valuesOf(node, budgetKeys, '`budgets`');
  const ms = (key: (typeof budgetKeys)[number]): number | undefined => {
    const found = values.get(key);
    return found && duration(found, key);
  };
  const share = (key: 'bloat' | 'load', from: number, to: number): number | undefined => {
    const found = values.get(key);
    if (!found) return undefined;
    const { value } = found.kind === 'scalar' ? found : { value: undefined };
    return typeof value === 'number' && value >= from && value <= to
      ? value
      : found.refuse(`\`budgets.${key}\` must be a number from ${from} to ${to}.`);
  };
  const [wal, canary] = [values.get('wal'), values.get('canary')];
  return Object.fromEntries(
    Object.entries({
      stallMs: ms('stall'),
      lockMs: ms('lock_timeout'),
      patienceMs: ms('patience'),
      lagMs: ms('lag'),
      walPerSecond: wal && bytes(wal, 'wal', '/s'),
      transactionMs: ms('transaction'),
      bloat: share('bloat', 1.01, 10),
      batchMs: ms('batch'),
      load: share('load', 0.01, 1),
      canary: canary && textOf(canary, 'canary'),
      canaryP99Ms: ms('canary_p99'),
    }).filter(([, value]) => value !== undefined),
  );
}
