import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exceptions, gatheringModels, rooms } from './floors.ts';
import { importsOf, productFiles } from './source.ts';

/** Room of a path below `src`; single files are rooms of their own name. */
function roomOf(path: string): string {
  const [first, second] = path.replace(/^src\//, '').split('/');
  if (second === undefined) return first!.replace(/\.ts$/, '');
  return first === 'faces' ? `faces/${second}` : first!;
}

const arrows = productFiles().flatMap((file) =>
  file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({
      file: file.path,
      from: roomOf(file.path),
      target: posix.join(posix.dirname(file.path), specifier),
    }))
    .map((arrow) => ({ ...arrow, to: roomOf(arrow.target) }))
    .filter((arrow) => arrow.from !== arrow.to),
);

describe('the floors', () => {
  it('have arrows to look at', () => {
    expect(arrows.length).toBeGreaterThan(50);
  });

  it('hold every room', () => {
    const found = new Set(productFiles().map((file) => roomOf(file.path)));
    expect([...found].filter((room) => !(room in rooms))).toEqual([]);
  });

  it('let a room know only what the table allows', () => {
    const wrong = arrows
      .filter(({ from, to }) => to !== 'base' && !rooms[from]?.knows.includes(to))
      .filter(({ file, to }) => !(`${file} → ${to}` in exceptions))
      .map(({ file, to }) => `${file} → ${to}`);
    expect(wrong).toEqual([]);
  });

  it('have no arrow upward in the table itself', () => {
    const upward = Object.entries(rooms).flatMap(([name, room]) =>
      room.knows.filter((known) => rooms[known]!.floor >= room.floor).map((known) => `${name} → ${known}`),
    );
    expect(upward).toEqual([]);
  });

  it('need every exception that is written down', () => {
    const used = new Set(arrows.map(({ file, to }) => `${file} → ${to}`));
    expect(Object.keys(exceptions).filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it('keep model files free of work', () => {
    const wrong = productFiles()
      .filter((file) => /(?:^|\/)model\.ts$/.test(file.path) && !(file.path in gatheringModels))
      .flatMap((file) =>
        file.imports
          .filter(
            (specifier) => specifier.startsWith('.') && !/\/(?:model|base\/[\w-]+)\.ts$/.test(specifier),
          )
          .map((specifier) => `${file.path} → ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it('read every form of import', () => {
    expect(
      importsOf(
        `import type { A } from './a.ts';\nimport {\n  b,\n} from "./b.ts";\nexport * from './c.ts';\nimport './d.ts';\nconst e = await import('./e.ts');\ntype F = typeof import('./f.ts');\n// import './no.ts'\n/* import './no.ts' */`,
      ),
    ).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });
});
