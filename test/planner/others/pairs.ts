import { readFile } from 'node:fs/promises';

/** Two structures that share a part. */
export interface Pair {
  readonly name: string;
  readonly common: string;
  readonly from: string;
  readonly to: string;
}

/** Pairs of a file: `-- pair: name`, what both have, `-- from`, `-- to`. */
export async function pairsIn(file: string): Promise<readonly Pair[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  return text
    .split(/^-- pair: /m)
    .slice(1)
    .map((block) => {
      const [head = '', from = '', to = ''] = block.split(/^-- (?:from|to)\n/m);
      const end = head.indexOf('\n');
      return { name: head.slice(0, end), common: head.slice(end + 1), from, to };
    });
}

/** All pairs as one, each in a schema of its own. */
export function together(pairs: readonly Pair[]): Pair {
  const inSchemas = (part: (pair: Pair) => string): string =>
    pairs
      .map((pair, at) => `CREATE SCHEMA p${at}; SET search_path = p${at};\n${pair.common}${part(pair)}`)
      .join('\n');
  return {
    name: 'all together',
    common: '',
    from: inSchemas(({ from }) => from),
    to: inSchemas(({ to }) => to),
  };
}
