/** One part of a report, page by page: for readers that cannot take all of it at once. */
import { mostTokens } from '../base/tokens.ts';
import { column } from './build.ts';
import type { Block, Cell, Report } from './model.ts';

/** Most tokens of a page. */
const pageTokens = 2_000;
/** Longest text of a cell or line, characters; what is longer ends with an ellipsis. */
const longestText = 1_200;

/** A part that a report has. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly pages: readonly (readonly Block[])[];
}

/** Items of a block, and how a block is made of some of them. */
interface Divided {
  readonly items: readonly unknown[];
  readonly block: (items: readonly unknown[]) => Block;
}

/** All parts of a report: what every report has first, then its blocks by their ids. */
export function partsOf(report: Report): readonly Part[] {
  const of = (...kinds: readonly Block['kind'][]): readonly Block[] =>
    report.blocks.filter(({ kind }) => kinds.includes(kind));
  const parts: readonly (readonly [string, string, readonly Block[]])[] = [
    ['claims', 'Claims with their reasons', claimBlocks(report)],
    ['evidence', 'What each claim rests on', evidenceBlocks(report)],
    ['findings', 'Findings with what to do instead', findingBlocks(report)],
    ['limits', 'What limits the evidence', limitBlocks(report)],
    ['plan', 'Steps and SQL', of('steps', 'sql')],
    ['diagram', 'Diagram as Mermaid', of('diagram')],
    ...report.blocks.map((block) => [block.id, block.title, [block]] as const),
  ];
  const seen = new Set<string>();
  return parts.flatMap(([name, title, blocks]) => {
    if (blocks.length === 0 || seen.has(name)) return [];
    seen.add(name);
    return [{ name, title, pages: pagesOf(blocks.map(divide)) }];
  });
}

function pagesOf(divided: readonly Divided[]): readonly (readonly Block[])[] {
  const pages: Block[][] = [[]];
  let room = pageTokens;
  for (const { items, block } of divided) {
    let kept: unknown[] = [];
    const close = (): void => {
      if (kept.length > 0) pages.at(-1)!.push(block(kept));
      kept = [];
    };
    for (const item of items) {
      const weight = mostTokens(JSON.stringify(item)) + 3;
      if (weight > room && (kept.length > 0 || pages.at(-1)!.length > 0)) {
        close();
        pages.push([]);
        room = pageTokens;
      }
      kept.push(item);
      room -= weight;
    }
    close();
  }
  return pages;
}

function divide(block: Block): Divided {
  const { id, title } = block;
  switch (block.kind) {
    case 'text':
    case 'code':
      return lines(block.text, (text) => ({ ...block, text }));
    case 'diagram':
      return lines(block.mermaid, (text) => ({ id, title, kind: 'code', language: 'mermaid', text }));
    case 'facts':
      return { items: block.facts, block: (facts) => ({ ...block, facts: facts as typeof block.facts }) };
    case 'table':
      return {
        items: block.rows.map((row) => row.map(shortCell)),
        block: (rows) => ({ ...block, rows: rows as typeof block.rows }),
      };
    case 'steps':
      return {
        items: block.steps.map((step) => ({ ...step, sql: short(step.sql) })),
        block: (steps) => ({ ...block, steps: steps as typeof block.steps }),
      };
    case 'bars':
      return { items: block.bars, block: (bars) => ({ ...block, bars: bars as typeof block.bars }) };
    case 'files':
      return { items: block.files, block: (files) => ({ ...block, files: files as typeof block.files }) };
    case 'sql':
      return lines(
        block.files.map(({ path, note, sql }) => `-- ${path}${note ? `: ${note}` : ''}\n${sql}`).join('\n\n'),
        (text) => ({ id, title, kind: 'code', language: 'sql', text }),
      );
  }
}

function lines(text: string, block: (text: string) => Block): Divided {
  return { items: text.split('\n').map(short), block: (items) => block(items.join('\n')) };
}

function claimBlocks({ claims }: Report): readonly Block[] {
  if (claims.length === 0) return [];
  return [
    {
      id: 'claims',
      title: 'Claims',
      kind: 'table',
      columns: [column('Claim'), column('Verdict'), column('Says'), column('Because')],
      rows: claims.map(({ id, verdict, says, because }) => [id, verdict, says, because]),
    },
  ];
}

function evidenceBlocks({ claims }: Report): readonly Block[] {
  const rows = claims.flatMap(({ id, evidence }) =>
    evidence.map(({ basis, text, shown }): readonly Cell[] => [id, basis, text, shown ?? '']),
  );
  if (rows.length === 0) return [];
  const columns = [column('Claim'), column('Known by'), column('Evidence'), column('Shown by', 'code')];
  return [{ id: 'evidence', title: 'Evidence', kind: 'table', columns, rows }];
}

function findingBlocks({ findings }: Report): readonly Block[] {
  if (findings.length === 0) return [];
  const heads = ['Severity', 'Rule', 'Place', 'Message', 'Why', 'Instead', 'Fix'];
  return [
    {
      id: 'findings',
      title: 'Findings',
      kind: 'table',
      columns: heads.map((head) => column(head)),
      rows: findings.map(({ severity, rule, place, message, why = '', instead = '', fix = '' }) => [
        severity,
        rule,
        place,
        message,
        why,
        instead,
        fix,
      ]),
    },
  ];
}

function limitBlocks({ meta }: Report): readonly Block[] {
  return meta.limits.length === 0
    ? []
    : [{ id: 'limits', title: 'What limits the evidence', kind: 'text', text: meta.limits.join('\n') }];
}

function shortCell(cell: Cell): Cell {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? short(cell) : { ...cell, text: short(cell.text) };
}

function short(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}
