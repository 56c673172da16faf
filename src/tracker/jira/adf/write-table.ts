import type { DocumentBlock, Inline } from '../../document.ts';
import { written } from './write-inline.ts';
import type { AdfOut } from './written.ts';

/** A table in which all rows are as wide as the widest; nothing for one without columns. */
export function tableOf({ head, rows }: Extract<DocumentBlock, { kind: 'table' }>): AdfOut | undefined {
  const width = rows.reduce((most, row) => Math.max(most, row.length), head.length);
  if (width === 0) return undefined;
  const row = (type: string, cells: readonly (readonly Inline[])[]): AdfOut => ({
    type: 'tableRow',
    content: Array.from({ length: width }, (_, at) => {
      const content = written(cells[at] ?? []);
      return { type, content: [content.length > 0 ? { type: 'paragraph', content } : { type: 'paragraph' }] };
    }),
  });
  return {
    type: 'table',
    content: [
      ...(head.length > 0 ? [row('tableHeader', head)] : []),
      ...rows.map((cells) => row('tableCell', cells)),
    ],
  };
}
