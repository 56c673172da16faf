/** The index strategy: why each index is there, what it costs, and which measured plans used it. */
import { formatBytes, formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import { block, bullet, code, prose, table } from './markdown.ts';

/** One index of a changed table at the end of the change. */
export interface IndexFacts {
  readonly name: string;
  readonly table: string;
  readonly definition: string;
  /** Why it exists: a key, a constraint, a foreign key, a purge, access patterns. */
  readonly why: string;
  /** Bytes per row of its table on the twin; undefined when it was not measured. */
  readonly bytesPerRow?: number;
  /** Extra milliseconds per inserted row, where it was measured. */
  readonly writeMsPerRow?: number;
  /** Ids of access patterns whose measured plan used it. */
  readonly usedBy: readonly string[];
  /** It enforces a rule, so it stays whether or not a plan uses it. */
  readonly enforces: boolean;
  /** It was there before the change. */
  readonly existed: boolean;
}

/** An index that was built, measured and not kept. */
export interface RejectedIndex {
  readonly sql: string;
  readonly because: string;
}

/** Indexes that enforce nothing and that no measured plan used. */
export function unusedOf(indexes: readonly IndexFacts[]): readonly IndexFacts[] {
  return indexes.filter(({ enforces, usedBy }) => !enforces && usedBy.length === 0);
}

/** The strategy as Markdown. */
export function indexStrategy(
  title: string,
  indexes: readonly IndexFacts[],
  rejected: readonly RejectedIndex[],
  patterns: number,
): string {
  const unused = unusedOf(indexes);
  return block([
    `# Indexes: ${prose(title)}`,
    `${plural(indexes.length, 'index', 'indexes')} on the changed tables; ${plural(patterns, 'access pattern')} measured. An index is kept when a measured plan used it and it saves more time a day than its writes cost, or when it enforces a key, a rule or a foreign key.`,
    indexes.length === 0
      ? 'There is none.'
      : table(
          ['index', 'on', 'why', 'used by', 'bytes per row', 'per row written'],
          indexes.map((index) => [
            code(index.name),
            code(index.definition.replace(/^CREATE (UNIQUE )?INDEX .*? ON (ONLY )?/, '$1')),
            `${prose(index.why)}${index.existed ? ' (was there)' : ''}`,
            index.usedBy.join(', ') || 'no measured plan',
            index.bytesPerRow === undefined ? 'not measured' : formatBytes(index.bytesPerRow),
            index.writeMsPerRow === undefined ? 'not measured' : formatMs(index.writeMsPerRow),
          ]),
        ),
    ...(unused.length === 0
      ? []
      : [
          '## Used by no measured plan',
          bullet(
            unused.map(
              ({ name, why, existed }) =>
                `${code(name)}: ${prose(why)}.${existed ? ' It was there before: queries outside this task may use it; look at its scan count in production, on every replica, before you drop it.' : ''}`,
            ),
          ),
        ]),
    ...(rejected.length === 0
      ? []
      : [
          '## Built, measured, not kept',
          bullet(rejected.map(({ sql, because }) => `${code(sql)}: ${prose(because)}`)),
        ]),
    '## Upkeep',
    bullet([
      'Indexes on values that arrive in order stay dense; others settle at about 70 % of a page: the capacity plan has the range.',
      'Rebuild with `REINDEX INDEX CONCURRENTLY` when one is more than twice its bytes per row above.',
      'Drop what no replica has scanned for a full business cycle, with `DROP INDEX CONCURRENTLY`.',
    ]),
  ]);
}
