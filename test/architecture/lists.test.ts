import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes, type Code } from '../../src/base/codes.ts';
import { version } from '../../src/base/version.ts';
import { all } from '../../src/commands/all.ts';
import { deliverables } from '../../src/deliver/deliverables/all.ts';
import { deliverableNames } from '../../src/deliver/deliverable-names.ts';
import { fieldsOf } from '../../src/commands/fields.ts';
import { faceFlags } from '../../src/faces/cli/parse.ts';
import { renderers } from '../../src/render/all.ts';
import { envelopeShape } from '../../src/report/schema.ts';
import { productFiles, root } from './source.ts';

/** Files of `commands/` that are no command. */
const notCommands = ['all', 'command', 'fields', 'run'];

const commands = await Promise.all(all.map(async (listed) => ({ listed, command: await listed.load() })));

describe('the list of commands', () => {
  it('says of each command what its declaration says', () => {
    expect(all.map(({ name, summary }) => ({ name, summary }))).toEqual(
      commands.map(({ command }) => ({ name: command.name, summary: command.summary })),
    );
  });

  it('holds every file of the folder that declares one', () => {
    const listed = readFileSync(join(root, 'src/commands/all.ts'), 'utf8');
    const files = readdirSync(join(root, 'src/commands')).filter(
      (name) =>
        name.endsWith('.ts') && !name.endsWith('.test.ts') && !notCommands.includes(name.slice(0, -3)),
    );
    const declaring = files.filter((name) =>
      /=\s*command\(/.test(readFileSync(join(root, 'src/commands', name), 'utf8')),
    );
    expect(declaring.length).toBeGreaterThan(3);
    expect(declaring.filter((name) => !listed.includes(`'./${name}'`))).toEqual([]);
  });

  it('names each command once', () => {
    expect(new Set(all.map((listed) => listed.name)).size).toBe(all.length);
  });

  it.each(commands)('$listed.name is complete', ({ command }) => {
    expect(command.summary).toMatch(/^[A-Z][^.]*$/);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { call, shows } of command.examples) {
      expect(call).toContain('dbd');
      expect(shows).not.toBe('');
    }
    const fields = fieldsOf(command);
    expect(fields.filter((field) => field.help === '').map((field) => field.name)).toEqual([]);
    expect(
      fields
        .filter((field) => field.name !== 'format' && faceFlags.includes(field.flag))
        .map((field) => field.flag),
    ).toEqual([]);
    expect(Object.keys(command.output.shape).filter((key) => key in envelopeShape)).toEqual([]);
  });
});

describe('the list of deliverables', () => {
  it('has the words that --without knows, in its order', () => {
    expect(deliverables.map(({ name }) => name)).toEqual(deliverableNames);
  });
});

describe('the table of error codes', () => {
  const known = Object.keys(codes) as Code[];
  const product = productFiles().filter(
    (file) => file.path !== 'src/base/codes.ts' && file.path !== 'src/base/codes-between-products.ts',
  );
  const text = product.map((file) => file.text).join('\n');

  it('has codes of the form area.reason with an explanation', () => {
    for (const code of known) {
      expect(code).toMatch(/^(?:[a-z]+\.[a-z]+(?:-[a-z]+)*|interrupted)$/);
      expect(codes[code].explain).toMatch(/\.$/);
    }
    expect(new Set(known.map((code) => codes[code].explain)).size).toBe(known.length);
  });

  it('holds no code that nobody raises', () => {
    expect(known.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('is shown whole in the docs', () => {
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    expect(known.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('lists of equals', () => {
  it('hold every renderer', () => {
    const folders = readdirSync(join(root, 'src/render'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name === 'json.ts')
      .map((entry) => entry.name.replace('.ts', ''));
    const listed = readFileSync(join(root, 'src/render/all.ts'), 'utf8');
    expect(
      folders.filter((name) => !listed.includes(`./${name}${name === 'json' ? '' : `/${name}`}.ts`)),
    ).toEqual([]);
    expect(Object.keys(renderers)).toEqual([
      'terminal',
      'json',
      'md',
      'summary',
      'html',
      'code',
      'sarif',
      'github',
      'gitlab',
      'envelope',
    ]);
  });

  it('hold every file of a folder that has an all.ts, or need it for one that they hold', () => {
    const files = productFiles();
    const lists = files.filter(
      (file) => file.path.endsWith('/all.ts') && !/^src\/(?:commands|render|engines)\//.test(file.path),
    );
    const missing = lists.flatMap((list) => {
      const folder = list.path.replace(/all\.ts$/, '');
      const beside = files.filter(
        (file) => file.path.startsWith(folder) && !file.path.slice(folder.length).includes('/'),
      );
      const held = new Set([list.path]);
      for (const path of held) {
        const names = beside.find((file) => file.path === path)?.imports ?? [];
        for (const name of names) if (name.startsWith('./')) held.add(folder + name.slice(2));
      }
      return beside.map((file) => file.path).filter((path) => !path.endsWith('/model.ts') && !held.has(path));
    });
    expect(missing).toEqual([]);
  });

  it('hold every engine', () => {
    const folders = readdirSync(join(root, 'src/engines'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const listed = readFileSync(join(root, 'src/engines/all.ts'), 'utf8');
    expect(folders.filter((entry) => !listed.includes(`'./${entry.name}/index.ts'`))).toEqual([]);
  });
});

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, unknown>
  >;

  it('has the version that the product prints', () => {
    expect(manifest['version']).toBe(version);
  });

  it('exports files that are built from a source', () => {
    const targets = Object.values(manifest['exports']!).flatMap((target) =>
      typeof target === 'object' && target !== null ? Object.values(target as Record<string, string>) : [],
    );
    const sources = new Set(productFiles().map((file) => file.path));
    const missing = targets
      .map((target) => target.replace('./dist/', 'src/').replace(/(?:\.d\.ts|\.js)$/, '.ts'))
      .filter((path) => !sources.has(path));
    expect(missing).toEqual([]);
  });

  it('pins what it needs at run time', () => {
    const ranges = Object.entries({
      ...(manifest['dependencies'] as object),
      ...(manifest['optionalDependencies'] as object),
    }) as [string, string][];
    expect(ranges.filter(([, range]) => !/^\d/.test(range))).toEqual([]);
  });

  it('needs only what it imports, and imports only what it needs', () => {
    const imported = new Set(
      productFiles()
        .flatMap((file) => file.imports)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const needed = Object.keys(manifest['dependencies']!);
    const optional = Object.keys(manifest['peerDependencies']!);
    const known = [...needed, ...optional, 'mdast'];
    expect([...imported].filter((name) => !known.includes(name))).toEqual([]);
    expect(optional.filter((name) => manifest['peerDependenciesMeta']![name] === undefined)).toEqual([]);
    expect(needed.filter((name) => !imported.has(name))).toEqual([]);
  });
});
