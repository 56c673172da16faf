/** Lines below a node in the text form, as the fields that JSON has for them. */

type Fields = Record<string, unknown>;

/** Expressions that JSON gives as a list. */
const lists = new Set([
  'Output',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Params Evaluated',
  'Conflict Arbiter Indexes',
]);

const numbers = new Set([
  'Rows Removed by Filter',
  'Rows Removed by Join Filter',
  'Rows Removed by Index Recheck',
  'Rows Removed by Conflict Filter',
  'Heap Fetches',
  'Index Searches',
  'Workers Planned',
  'Workers Launched',
  'Subplans Removed',
  'Conflicting Tuples',
  'Tuples Inserted',
  'Batch Size',
  'Foreign File Size',
]);

const texts = new Set([
  'Filter',
  'Join Filter',
  'Hash Cond',
  'Merge Cond',
  'Index Cond',
  'Recheck Cond',
  'Order By',
  'One-Time Filter',
  'TID Cond',
  'Run Condition',
  'Function Call',
  'Table Function Call',
  'Conflict Filter',
  'Conflict Resolution',
  'Cache Key',
  'Cache Mode',
  'Window',
  'Remote SQL',
  'Relations',
  'Foreign File',
  'Foreign Program',
  'Inner Unique',
  'Single Copy',
  'Disabled',
]);

/** Lines of several figures: `Buckets: 1024  Batches: 1  Memory Usage: 9kB`. */
const figures: Readonly<Record<string, string>> = {
  'Sort Method': 'Sort Method',
  'Planned Partitions': 'Planned Partitions',
  Hits: 'Cache Hits',
  Misses: 'Cache Misses',
  Evictions: 'Cache Evictions',
  Overflows: 'Cache Overflows',
  'Memory Usage': 'Peak Memory Usage',
  'Disk Usage': 'Disk Usage',
  Storage: 'Storage',
  'Maximum Storage': 'Maximum Storage',
};

/** Adds what a line tells; false when the reader does not know its name. */
export function addField(node: Fields, name: string, value: string): boolean {
  if (name === 'Group Key' || name === 'Hash Key') addGroupKey(node, name, value);
  else if (name === 'Sort Key' && node['Node Type'] === 'Aggregate')
    addSet(node, { 'Sort Key': split(value) });
  else if (lists.has(name)) node[name] = split(value);
  else if (numbers.has(name)) node[name] = Number(value);
  else if (texts.has(name)) node[name] = value === 'true' ? true : value;
  else if (name === 'Buffers') addBuffers(node, value);
  else if (name === 'I/O Timings') addTimings(node, value);
  else if (name === 'WAL') addWal(node, value);
  else if (name === 'Heap Blocks') addHeapBlocks(node, value);
  else if (name === 'Full-sort Groups' || name === 'Pre-sorted Groups') node[name] = groupsOf(value);
  else if (name === 'Tuples') addTuples(node, value);
  else if (name === 'Sampling') addSampling(node, value);
  else if (name === 'Buckets' || name === 'Batches' || name in figures) addFigures(node, `${name}: ${value}`);
  else return false;
  return true;
}

function addGroupKey(node: Fields, name: string, value: string): void {
  const keys = value.trim() === '()' ? [] : split(value);
  if (name === 'Group Key' && node['Group Key'] === undefined && node['Grouping Sets'] === undefined) {
    node['Group Key'] = keys;
    return;
  }
  const first = node['Group Key'];
  if (first !== undefined) {
    delete node['Group Key'];
    addSet(node, { 'Group Keys': [first] });
  }
  addSet(node, { [`${name}s`]: [keys] });
}

function addSet(node: Fields, set: Fields): void {
  const sets = node['Grouping Sets'];
  if (Array.isArray(sets)) sets.push(set);
  else node['Grouping Sets'] = [set];
}

function addBuffers(node: Fields, value: string): void {
  for (const part of value.split(/,\s*/)) {
    const [, kind] = /^(shared|local|temp)\b/.exec(part) ?? [];
    if (kind === undefined) continue;
    const title = kind[0]!.toUpperCase() + kind.slice(1);
    for (const [, what, count] of part.matchAll(/(hit|read|dirtied|written)=(\d+)/g))
      node[`${title} ${what![0]!.toUpperCase()}${what!.slice(1)} Blocks`] = Number(count);
  }
}

function addTimings(node: Fields, value: string): void {
  for (const part of value.split(/,\s*/)) {
    const [, kind] = /^(shared|local|temp)\b/.exec(part) ?? [];
    const title = kind === undefined || kind === 'shared' ? '' : `${kind[0]!.toUpperCase()}${kind.slice(1)} `;
    for (const [, what, ms] of part.matchAll(/(read|write)=([\d.]+)/g))
      node[`${title}I/O ${what === 'read' ? 'Read' : 'Write'} Time`] = Number(ms);
  }
}

function addWal(node: Fields, value: string): void {
  const names: Readonly<Record<string, string>> = {
    records: 'WAL Records',
    fpi: 'WAL FPI',
    bytes: 'WAL Bytes',
    'buffers full': 'WAL Buffers Full',
  };
  for (const [, name, count] of value.matchAll(/(records|fpi|bytes|buffers full)=(\d+)/g))
    node[names[name!]!] = Number(count);
}

function addHeapBlocks(node: Fields, value: string): void {
  const found = (what: string): number => Number(new RegExp(`${what}=(\\d+)`).exec(value)?.[1] ?? 0);
  node['Exact Heap Blocks'] = found('exact');
  node['Lossy Heap Blocks'] = found('lossy');
}

/** `12  Sort Method: quicksort  Average Memory: 27kB  Peak Memory: 27kB`. */
function groupsOf(value: string): Fields {
  const [, methods] = /Sort Methods?: (.*?)(?:\s{2,}|$)/.exec(value) ?? [];
  const space = (kind: string): Fields => {
    const of = (which: string): number | undefined => {
      const found = new RegExp(`${which} ${kind}: (\\d+)kB`).exec(value);
      return found === null ? undefined : Number(found[1]);
    };
    const peak = of('Peak');
    if (peak === undefined) return {};
    return {
      [`Sort Space ${kind}`]: { 'Average Sort Space Used': of('Average'), 'Peak Sort Space Used': peak },
    };
  };
  return {
    'Group Count': Number.parseInt(value, 10),
    'Sort Methods Used': (methods ?? '').split(/,\s*/).filter((one) => one !== ''),
    ...space('Memory'),
    ...space('Disk'),
  };
}

function addTuples(node: Fields, value: string): void {
  for (const [, what, count] of value.matchAll(/(inserted|updated|deleted|skipped)=(\d+)/g))
    node[`Tuples ${what![0]!.toUpperCase()}${what!.slice(1)}`] = Number(count);
}

function addSampling(node: Fields, value: string): void {
  const [, method, inside, seed] = /^(\S+)\s*\((.*?)\)(?: REPEATABLE \((.*)\))?$/.exec(value) ?? [];
  node['Sampling Method'] = method ?? value;
  if (inside !== undefined) node['Sampling Parameters'] = split(inside);
  if (seed !== undefined) node['Repeatable Seed'] = seed;
}

function addFigures(node: Fields, line: string): void {
  const hashed = node['Node Type'] === 'Hash';
  for (const part of line.split(/\s{2,}/)) {
    const [, name, value, first] = /^([\w ]+): ([^(]*?)(?:\s*\(originally (\d+)\))?$/.exec(part) ?? [];
    if (name === undefined || value === undefined) continue;
    const amount = Number.parseInt(value, 10);
    if (name === 'Buckets' || name === 'Batches') {
      const field = hashed ? `Hash ${name}` : 'HashAgg Batches';
      node[field] = amount;
      if (hashed) node[`Original ${field}`] = first === undefined ? amount : Number(first);
    } else if (name === 'Sort Method' || name === 'Storage') node[name] = value.trim();
    else if (name === 'Memory' || name === 'Disk') {
      node['Sort Space Type'] = name;
      node['Sort Space Used'] = amount;
    } else if (figures[name] !== undefined) node[figures[name]] = amount;
  }
}

/** Expressions of a list: commas inside brackets and quotes part nothing. */
export function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, at + 1);
      at = end < 0 ? text.length : end;
    } else if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, text.slice(from).trim()].filter((one) => one !== '');
}
