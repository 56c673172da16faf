/** Reads a block's YAML with the places of the Markdown file; hostile text ends in an error, never in endless work. */
import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import { DbdError } from '../../base/error.ts';
import { refuse, type At, type Source } from '../form/form.ts';
import { placeInFile, type Fence } from '../markdown.ts';

/** Most nodes of a block; a task of 300 tables has about 20,000. */
const mostNodes = 100_000;

/** Parses a block; throws `task.yaml` with line and column for what is not YAML, and for anchors and aliases. */
export function parseBlock(fence: Fence, name: string): At {
  const lines = new LineCounter();
  const source: Source = {
    text: fence.text,
    name,
    open: [],
    place(offset) {
      const { line, col } = lines.linePos(Math.max(0, Math.min(offset, fence.text.length)));
      return placeInFile(fence, Math.max(1, line), Math.max(1, col));
    },
  };
  const at = (offset: number): At => ({ node: undefined, path: [], offset, source });
  const document = compose(fence.text, lines, at);
  // A SQL type in backquotes is allowed unquoted although YAML reserves the character.
  const error = document.errors.find(
    ({ code, pos }) => code !== 'BAD_SCALAR_START' || fence.text[pos[0]] !== '`',
  );
  if (error)
    return refuse(
      at(error.pos[0]),
      'task.yaml',
      `${sentence(error.message)}.`,
      hintFor(fence.text, error.pos[0]),
    );
  let count = 0;
  visit(document, {
    Node(_key, node) {
      count += 1;
      if (count > mostNodes)
        refuse(at(node.range?.[0] ?? 0), 'task.yaml', `the block has more than ${mostNodes} values.`);
      if ('anchor' in node && node.anchor)
        refuse(
          at(node.range?.[0] ?? 0),
          'task.yaml',
          'anchors (`&name`) are not used in a task.',
          'Write the value out where it is needed.',
        );
    },
    Alias(_key, node) {
      refuse(
        at(node.range?.[0] ?? 0),
        'task.yaml',
        'aliases (`*name`) are not used in a task.',
        'Write the value out, or quote it if it is meant literally.',
      );
    },
  });
  return { ...at(document.contents?.range[0] ?? 0), node: document.contents };
}

function compose(text: string, lines: LineCounter, at: (offset: number) => At): Document.Parsed {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'silent',
      stringKeys: false,
    });
  } catch (error) {
    if (error instanceof DbdError) throw error;
    return refuse(at(0), 'task.yaml', 'the block is nested too deeply or is not YAML.');
  }
}

function sentence(message: string): string {
  if (/call stack/i.test(message)) return 'the block is nested too deeply';
  const one = message.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return `${one.slice(0, 1).toLowerCase()}${one.slice(1, 200)}`;
}

function hintFor(text: string, offset: number): string {
  const character = text[offset];
  if (character === '\t') return 'Indent with spaces; YAML does not allow tabs.';
  if (character === '@' || character === '%') return 'Put the value in quotes.';
  return 'Check the indentation, and put values that hold `: `, `#`, `{` or `[` in quotes.';
}
