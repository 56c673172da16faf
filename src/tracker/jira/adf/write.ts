/** Documents as Atlassian Document Format; what comes out is valid by the official schema, whatever goes in. */
import type { Document, DocumentBlock } from '../../document.ts';
import { shown } from '../../shown.ts';
import { written } from './write-inline.ts';
import type { AdfDoc, AdfOut } from './written.ts';
import { tableOf } from './write-table.ts';

/** A document as Jira Cloud takes it. */
export function adfOf(document: Document): AdfDoc {
  return { type: 'doc', version: 1, content: nodesOf(document.blocks, 'doc') };
}

/** Characters that Jira counts against its limit of 32,767: those of the stored JSON. */
export function adfLength(document: Document): number {
  return JSON.stringify(adfOf(document)).length;
}

type Place = 'doc' | 'item' | 'quote' | 'panel' | 'expand';

/** A node, or a block that this place cannot hold and that goes behind what surrounds it. */
type Piece = { readonly node: AdfOut } | { readonly lifted: DocumentBlock };

/** Blocks that go through unchanged; `doc` takes them all, and headings, quotes, panels and expands have other ways. */
const holds: Readonly<Record<Place, readonly DocumentBlock['kind'][]>> = {
  doc: ['heading', 'table', 'quote', 'panel', 'expand', 'rule'],
  expand: ['heading', 'table', 'quote', 'panel', 'rule'],
  panel: ['heading', 'rule'],
  quote: [],
  item: [],
};

/** Nodes of a place where nothing needs to be lifted, since it holds everything or what it does not hold was lifted before. */
function nodesOf(blocks: readonly DocumentBlock[], place: Place): readonly AdfOut[] {
  return blocks.flatMap((block) =>
    pieces(block, place).flatMap((piece) => ('node' in piece ? [piece.node] : [])),
  );
}

function pieces(block: DocumentBlock, place: Place): readonly Piece[] {
  switch (block.kind) {
    case 'paragraph': {
      const content = written(block.content);
      return content.length === 0 ? [] : [{ node: { type: 'paragraph', content } }];
    }
    case 'code': {
      const text = shown(block.text);
      const language = block.language.replaceAll(/[^\p{L}\p{N}+#._-]+/gu, '').slice(0, 40);
      return [
        {
          node: {
            type: 'codeBlock',
            ...(language === '' ? {} : { attrs: { language } }),
            ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
          },
        },
      ];
    }
    case 'heading': {
      const held = holds[place].includes('heading');
      const content = written(block.content, !held);
      if (content.length === 0) return [];
      return held
        ? [{ node: { type: 'heading', attrs: { level: block.level }, content } }]
        : [{ node: { type: 'paragraph', content } }];
    }
    case 'bullets':
      return list(block.items, place, () => ({ type: 'bulletList' }));
    case 'numbers': {
      const from = Math.max(0, Math.trunc(block.from) || 0);
      return list(block.items, place, (at) => ({ type: 'orderedList', attrs: { order: from + at } }));
    }
    case 'table': {
      if (!holds[place].includes('table')) return [{ lifted: block }];
      const node = tableOf(block);
      return node ? [{ node }] : [];
    }
    case 'rule':
      return holds[place].includes('rule') ? [{ node: { type: 'rule' } }] : [];
    case 'quote':
      return holds[place].includes('quote')
        ? around(block.blocks, place, 'quote', { type: 'blockquote' })
        : block.blocks.flatMap((inner) => pieces(inner, place));
    case 'panel':
      return holds[place].includes('panel')
        ? around(block.blocks, place, 'panel', { type: 'panel', attrs: { panelType: block.panel } })
        : block.blocks.flatMap((inner) => pieces(inner, place));
    case 'expand': {
      const title = shown(block.title).replaceAll(/\s+/g, ' ').trim();
      const inside = holds[place].includes('expand')
        ? around(block.blocks, place, 'expand', { type: 'expand', attrs: { title } })
        : [];
      if (inside.some((piece) => 'node' in piece && piece.node.type === 'expand')) return inside;
      const named: DocumentBlock = {
        kind: 'paragraph',
        content: [{ kind: 'text', text: title, strong: true }],
      };
      return [named, ...block.blocks].flatMap((inner) => pieces(inner, place));
    }
  }
}

/** A container around blocks; it ends before a block that it cannot hold and begins anew behind it. */
function around(
  blocks: readonly DocumentBlock[],
  outer: Place,
  inner: Place,
  container: AdfOut,
): readonly Piece[] {
  const found: Piece[] = [];
  let held: AdfOut[] = [];
  const close = (): void => {
    if (held.length > 0) found.push({ node: { ...container, content: held } });
    held = [];
  };
  for (const piece of blocks.flatMap((block) => pieces(block, inner)))
    if ('node' in piece) held.push(piece.node);
    else {
      close();
      found.push(...pieces(piece.lifted, outer));
    }
  close();
  return found;
}

/** A list; an item that holds a table ends the list there, and the items behind it go on with their numbers. */
function list(
  items: readonly (readonly DocumentBlock[])[],
  outer: Place,
  container: (at: number) => AdfOut,
): readonly Piece[] {
  const found: Piece[] = [];
  let held: AdfOut[] = [];
  let first = 0;
  const close = (next: number): void => {
    if (held.length > 0) found.push({ node: { ...container(first), content: held } });
    held = [];
    first = next;
  };
  items.forEach((blocks, at) => {
    const inside = blocks.flatMap((block) => pieces(block, 'item'));
    const split = inside.findIndex((piece) => 'lifted' in piece);
    const own = (split === -1 ? inside : inside.slice(0, split)).flatMap((piece) =>
      'node' in piece ? [piece.node] : [],
    );
    // An item that is nothing but what was lifted needs no empty line before it.
    if (own.length > 0 || split === -1)
      held.push({ type: 'listItem', content: own.length > 0 ? own : [{ type: 'paragraph' }] });
    if (split === -1) return;
    close(at + 1);
    for (const piece of inside.slice(split))
      found.push(...('lifted' in piece ? pieces(piece.lifted, outer) : [piece]));
  });
  close(items.length);
  return found;
}
