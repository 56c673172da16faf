import { safeUrl, type Inline, type Tone } from '../../document.ts';
import { shown, shownLine } from '../../shown.ts';
import type { AdfOut, AdfOutMark } from './written.ts';

const colours: Readonly<Record<Tone, string>> = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  plain: 'neutral',
};

/** Inline content as nodes; empty text is left out, and nothing of it becomes a mention, a card or a macro. `heavy` makes plain text strong. */
export function written(content: readonly Inline[], heavy = false): readonly AdfOut[] {
  const found: AdfOut[] = [];
  for (const node of content.flatMap((inline) => nodes(inline, heavy))) {
    const last = found.at(-1);
    // Neighbours of one form are one text: each node costs room.
    if (last?.text !== undefined && node.text !== undefined && alike(last, node))
      found[found.length - 1] = { ...last, text: last.text + node.text };
    else found.push(node);
  }
  return found;
}

function alike(a: AdfOut, b: AdfOut): boolean {
  return a.marks?.[0]?.type !== 'code' && JSON.stringify(a.marks) === JSON.stringify(b.marks);
}

function nodes(inline: Inline, heavy: boolean): readonly AdfOut[] {
  switch (inline.kind) {
    case 'text': {
      const marks: AdfOutMark[] = [
        ...(inline.strong === true || heavy ? [{ type: 'strong' }] : []),
        ...(inline.em === true ? [{ type: 'em' }] : []),
      ];
      return shown(inline.text)
        .split('\n')
        .flatMap((line, at) => [
          ...(at > 0 ? [{ type: 'hardBreak' }] : []),
          ...(line === '' ? [] : [{ type: 'text', text: line, ...(marks.length > 0 ? { marks } : {}) }]),
        ]);
    }
    case 'code': {
      const text = shown(inline.text).replaceAll('\n', ' ');
      return text === '' ? [] : [{ type: 'text', text, marks: [{ type: 'code' }] }];
    }
    case 'link': {
      const href = safeUrl(inline.url);
      const text = shownLine(inline.text);
      if (href === undefined) {
        const whole = [text, shownLine(inline.url, 200)].filter((part) => part !== '').join(' ');
        return whole === '' ? [] : [{ type: 'text', text: whole }];
      }
      return [{ type: 'text', text: text === '' ? href : text, marks: [{ type: 'link', attrs: { href } }] }];
    }
    case 'status': {
      const text = shownLine(inline.text, 60);
      return text === '' ? [] : [{ type: 'status', attrs: { text, color: colours[inline.tone] } }];
    }
    case 'break':
      return [{ type: 'hardBreak' }];
  }
}
