import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTask } from './task.ts';

const folder = new URL('../../docs/guide/', import.meta.url);

/** Parts of tasks that a page prints: a block that names no entities of its own goes on where the one before it ends. */
function printed(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml!);
  const parts: string[] = [];
  for (const yaml of blocks.filter(
    (one) =>
      !/^(?:#[^\n]*\n)*(?:jira|standards|generators|snapshot|private|databases|ai|github|name|include):/.test(
        one,
      ),
  ))
    if (/^entities:/m.test(yaml) || parts.length === 0) parts.push(yaml);
    else parts.push(parts.pop()! + yaml);
  return parts;
}

const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'task-file.md')
  .flatMap((name) =>
    printed(readFileSync(new URL(name, folder), 'utf8')).map((yaml, at) => ({ name, at: at + 1, yaml })),
  );

test.each(examples)('example $at of $name is read as it is printed', ({ yaml }) => {
  expect(readTask({ text: `# DOC-1 A guide\n\n\`\`\`yaml\ndbd: 1\n${yaml}\`\`\`\n` }).level).toBeGreaterThan(
    0,
  );
});

test('the pages hold examples', () => {
  expect(examples.length).toBeGreaterThan(8);
});
