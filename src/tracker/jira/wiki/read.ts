/** Wiki markup of a Data Center becomes Markdown in which nothing was lost in silence. */
import { convert } from '../adf/adf.ts';
import type { AdfNode, Converted } from '../adf/model.ts';
import { nodeOf } from './nodes.ts';
import { blockNodes } from './read-blocks.ts';
import { pieces, type Macro, type Piece } from './read-macros.ts';

/** Converts a description or comment; code stays byte for byte. Time grows with the text only. */
export function wikiToMarkdown(text: string): Converted {
  return convert((notes) => within(text.replaceAll(/\r\n?/g, '\n'), [], (name) => notes.add('macro', name)));
}

/** Nodes of a text in which some macros stand open already and count as text. */
function within(text: string, open: readonly string[], tell: (macro: string) => void): readonly AdfNode[] {
  const found: AdfNode[] = [];
  let run: (string | AdfNode)[] = [];
  const flush = (): void => {
    if (run.length > 0) found.push(...blockNodes(run, tell));
    run = [];
  };
  for (const piece of pieces(text, open)) {
    if (piece.kind === 'text') run.push(piece.text);
    else if (piece.kind === 'code') run.push(codeNode(piece));
    else {
      flush();
      found.push(...framed(piece, open, tell));
    }
  }
  flush();
  return found;
}

function codeNode({ language, text }: Extract<Piece, { kind: 'code' }>): AdfNode {
  return nodeOf('codeBlock', text === '' ? [] : [nodeOf('text', [], {}, text)], { language });
}

const panels: Readonly<Record<string, string>> = {
  info: 'info',
  note: 'note',
  tip: 'success',
  warning: 'warning',
};

function framed(
  { name, parameters, text }: Macro,
  open: readonly string[],
  tell: (macro: string) => void,
): readonly AdfNode[] {
  const inner = within(text, [...open, name], tell);
  if (name === 'quote') return [nodeOf('blockquote', inner)];
  const title = /(?:^|\|)\s*title=([^|]*)/.exec(parameters)?.[1] ?? (name === 'expand' ? parameters : '');
  const titled = title.trim() === '' ? inner : [strongLine(title.trim()), ...inner];
  if (name === 'panel') return [nodeOf('blockquote', titled)];
  if (name in panels) return [nodeOf('panel', titled, { panelType: panels[name]! })];
  return [nodeOf('expand', inner, { title })];
}

function strongLine(text: string): AdfNode {
  return nodeOf('paragraph', [nodeOf('text', [], {}, text, ['strong'])]);
}
