/** The corpus: pairs of structures in SQL files, one file for each kind of object. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rename } from '../../src/engine/model.ts';

export interface Pair {
  /** `columns/type text to int`. */
  readonly name: string;
  /** Run before either side: what both have in common, with rows. */
  readonly both: string;
  readonly from: string;
  readonly to: string;
  /** First major version that knows what it uses. */
  readonly since: number;
  /** It needs a database for itself, because it speaks of other schemas or of the whole database. */
  readonly alone: boolean;
  /** Loaded by a superuser. */
  readonly superuser: boolean;
  readonly extensions: readonly string[];
  readonly renames: readonly Rename[];
  /** Columns whose values the change is meant to lose or change, as `table.column`. */
  readonly values: readonly string[];
  /** Nobody can plan it, and the plan must say so by name. */
  readonly refused: boolean;
  /** It speaks of what the server keeps outside the database, which a clone does not have. */
  readonly shared: boolean;
  /** Directions that no plan can carry out with the rows that are there. */
  readonly only: 'there' | 'both';
}

const folder = new URL('pairs/', import.meta.url).pathname;

/** All pairs of the corpus, in the order of their files. */
export function readPairs(): readonly Pair[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .flatMap((file) => pairsIn(file.replace(/\.sql$/, ''), readFileSync(join(folder, file), 'utf8')));
}

/** `-- pair: name`, then marks (`-- since: 18`), then `-- both`, `-- from` and `-- to` with SQL. */
export function pairsIn(kind: string, text: string): readonly Pair[] {
  return text
    .split(/^-- pair: /m)
    .slice(1)
    .map((part) => pairOf(kind, part));
}

const sections = ['both', 'from', 'to'] as const;

function pairOf(kind: string, part: string): Pair {
  const lines = part.split('\n');
  const name = `${kind}/${lines[0]!.trim()}`;
  const sql: Record<string, string[]> = { both: [], from: [], to: [] };
  const marks = new Map<string, string[]>();
  let open: string | undefined;
  for (const line of lines.slice(1)) {
    const [, mark, value = ''] = /^-- ([a-z]+)(?:: (.*))?$/.exec(line) ?? [];
    if (mark !== undefined && (sections as readonly string[]).includes(mark)) open = mark;
    else if (open !== undefined) sql[open]!.push(line);
    else if (mark !== undefined) marks.set(mark, [...(marks.get(mark) ?? []), value]);
    else if (line.trim() !== '') throw new Error(`${name}: "${line}" is neither a mark nor in a section`);
  }
  const known = ['since', 'alone', 'superuser', 'extension', 'rename', 'values', 'only', 'shared', 'refused'];
  for (const mark of marks.keys())
    if (!known.includes(mark)) throw new Error(`${name}: unknown mark ${mark}`);
  return {
    name,
    both: sql.both!.join('\n'),
    from: sql.from!.join('\n'),
    to: sql.to!.join('\n'),
    since: Number(marks.get('since')?.[0] ?? 15),
    alone: ['alone', 'superuser', 'extension', 'rename', 'only', 'shared', 'refused'].some((mark) =>
      marks.has(mark),
    ),
    superuser: marks.has('superuser'),
    extensions: marks.get('extension') ?? [],
    renames: (marks.get('rename') ?? []).map((value) => renameOf(name, value)),
    values: marks.get('values') ?? [],
    refused: marks.has('refused'),
    shared: marks.has('shared'),
    only: marks.has('only') ? 'there' : 'both',
  };
}

function renameOf(name: string, value: string): Rename {
  const [, kind, from, to] = /^(\w+) (\S+) = (\S+)$/.exec(value) ?? [];
  if (kind === undefined) throw new Error(`${name}: "${value}" is no rename`);
  return { kind: kind as Rename['kind'], from: from!, to: to! };
}
