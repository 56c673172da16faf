/** Documents of any nesting, whatever a tracker allows. */
import fc from 'fast-check';
import type { Document, DocumentBlock, Inline } from '../../src/tracker/document.ts';
import { hostileTexts } from './report-arbitrary.ts';

const text = fc.oneof(
  fc.constantFrom(...hostileTexts, 'plain words', 'snake_case'),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const inline: fc.Arbitrary<Inline> = fc.oneof(
  fc.record(
    { kind: fc.constant('text' as const), text, strong: fc.boolean(), em: fc.boolean() },
    { requiredKeys: ['kind', 'text'] },
  ),
  fc.record({ kind: fc.constant('code' as const), text }),
  fc.record({ kind: fc.constant('link' as const), text, url: fc.oneof(fc.webUrl(), text) }),
  fc.record({
    kind: fc.constant('status' as const),
    text,
    tone: fc.constantFrom('good', 'bad', 'warning', 'plain'),
  }),
  fc.constant({ kind: 'break' } as const),
);
const line = fc.array(inline, { maxLength: 4 });

const { blocks } = fc.letrec<{ blocks: DocumentBlock[]; block: DocumentBlock }>((tie) => {
  const items = fc.array(tie('blocks'), { maxLength: 3 });
  return {
    blocks: fc.array(tie('block'), { maxLength: 4 }),
    block: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ kind: fc.constant('paragraph' as const), content: line }),
      fc.record({
        kind: fc.constant('heading' as const),
        level: fc.constantFrom(1, 2, 3, 4, 5, 6),
        content: line,
      }),
      fc.record({ kind: fc.constant('code' as const), language: text, text }),
      fc.constant({ kind: 'rule' } as const),
      fc.record({
        kind: fc.constant('table' as const),
        head: fc.array(line, { maxLength: 3 }),
        rows: fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('bullets' as const), items }),
      fc.record({ kind: fc.constant('numbers' as const), from: fc.integer({ min: -2, max: 20 }), items }),
      fc.record({ kind: fc.constant('quote' as const), blocks: tie('blocks') }),
      fc.record({
        kind: fc.constant('panel' as const),
        panel: fc.constantFrom('info', 'note', 'success', 'warning', 'error'),
        blocks: tie('blocks'),
      }),
      fc.record({ kind: fc.constant('expand' as const), title: text, blocks: tie('blocks') }),
    ) as fc.Arbitrary<DocumentBlock>,
  };
});

/** Such documents. */
export const document: fc.Arbitrary<Document> = blocks.map((all) => ({ blocks: all }));
