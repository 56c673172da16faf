import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages } from '../../scripts/pages.ts';
import { filesBelow, root } from './source.ts';
import { rooms } from './floors.ts';

const made = await pages();

describe('generated pages say what the source says (renewed by `npm run docs`)', () => {
  it.each(Object.keys(made))('docs/%s', async (path) => {
    await expect(made[path]!).toMatchFileSnapshot(join(root, 'docs', path));
  });

  it('leave no page of a command that is gone', () => {
    expect(readdirSync(join(root, 'docs/commands')).filter((name) => !(`commands/${name}` in made))).toEqual(
      [],
    );
  });
});

/** Files of this repository that a page links to. */
const linksOf = ({ path, text }: { readonly path: string; readonly text: string }): readonly string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) =>
    join(path, '..', match[1]!).replace(/^\.\//, ''),
  );

describe('pages written by hand', () => {
  const byHand = [
    ...['README.md', 'ARCHITECTURE.md', 'GLOSSARY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].flatMap((name) =>
      filesBelow('.', new RegExp(`^${root}/${name}$`)),
    ),
    ...filesBelow('docs', /\.md$/),
  ];

  it('link only to files that exist', () => {
    const paths = new Set(
      [
        ...filesBelow('docs', /.*/),
        ...filesBelow('examples', /.*/),
        ...filesBelow('src', /.*/),
        ...filesBelow('test', /.*/),
      ].map((file) => file.path),
    );
    const known = (path: string): boolean =>
      paths.has(path) ||
      [...paths].some((other) => other.startsWith(`${path.replace(/\/$/, '')}/`)) ||
      readdirSync(root).includes(path);
    const broken = byHand.flatMap((file) =>
      linksOf(file)
        .filter((target) => !known(target))
        .map((target) => `${file.path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('link, where they are shipped, only to what is shipped', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly files: readonly string[];
    };
    const shipped = (path: string): boolean =>
      files.some((one) => path === one || path.startsWith(`${one}/`));
    const missing = byHand
      .filter(({ path }) => shipped(path) && /^(?:README|docs\/guide|docs\/what)/.test(path))
      .flatMap((file) => linksOf(file).filter((target) => !shipped(target)));
    expect(missing).toEqual([]);
  });

  it('draw the floors as the test knows them', () => {
    const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const between = (from: number, to: number): readonly string[] =>
      Object.entries(rooms).flatMap(([name, { floor }]) =>
        floor >= from && floor <= to && name !== 'engines' ? [name] : [],
      );
    const drawn = [...page.matchAll(/^\| (\d+) \| ([^|]+) \| [^|]+ \| ([^|]*)\|$/gm)].flatMap(
      ([, floor, names, told]) =>
        names!.split(',').map((name) => {
          const range = /^floors (\d+) to (\d+)/.exec(told!);
          const knows = range
            ? between(Number(range[1]), Number(range[2]))
            : told!.split(',').flatMap((one) => one.trim().replace(/^nobody$/, '') || []);
          return [name.trim(), { floor: Number(floor), knows: knows.toSorted() }] as const;
        }),
    );
    // What the library exports and which faces the program starts is said in words.
    const inWords = ['index', 'bin'];
    expect(drawn.map(([name]) => name).toSorted()).toEqual(Object.keys(rooms).toSorted());
    for (const [name, room] of drawn.filter(([name]) => !inWords.includes(name)))
      expect({ name, ...room }).toEqual({
        name,
        floor: rooms[name]!.floor,
        knows: rooms[name]!.knows.toSorted(),
      });
  });

  it('explain each word once', () => {
    const words = [...readFileSync(join(root, 'GLOSSARY.md'), 'utf8').matchAll(/^\| ([^|]+?) \|/gm)].map(
      ([, word]) => word,
    );
    expect(words.length).toBeGreaterThan(60);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
  });

  it('number the decisions without a gap', () => {
    const numbers = readdirSync(join(root, 'docs/decisions'))
      .toSorted()
      .map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });
});
