import { describe, expect, it } from 'vitest';
import { bareCode, filesBelow, productFiles } from './source.ts';

/** Files that say an engine's name, each with its reason. */
const engineNamed: Readonly<Record<string, string>> = {
  'src/formats/drizzle/write.ts': 'its journal names the database in words of its own',
  'src/formats/prisma/write.ts': 'its lock file names the database in words of its own',
  'src/sandbox/install.ts': 'the name of the server’s program',
  'src/sandbox/provider.ts': 'the name of the server’s program',
};

const files = productFiles();

function offenders(pattern: RegExp, within: (path: string) => boolean): readonly string[] {
  return files
    .filter((file) => within(file.path))
    .flatMap((file) =>
      bareCode(file.text)
        .split('\n')
        .filter((line) => pattern.test(line))
        .map((line) => `${file.path}: ${line.trim().slice(0, 80)}`),
    );
}

describe('below the faces', () => {
  const below = (path: string): boolean => !path.startsWith('src/faces/') && path !== 'src/bin.ts';

  it('nobody prints', () => {
    expect(offenders(/\bconsole\.\w+\s*\(|process\.(?:stdout|stderr)\b/, below)).toEqual([]);
  });

  it('nobody ends the process or asks a person', () => {
    expect(offenders(/process\.exit\b|process\.exitCode|\breadline\b/, below)).toEqual([]);
  });
});

describe('the process', () => {
  it('is ended in one place', () => {
    expect(
      files.filter((file) => /process\.exit\(/.test(bareCode(file.text))).map((file) => file.path),
    ).toEqual(['src/bin.ts']);
  });
});

describe('catalog, report and render', () => {
  it('import nothing of Node', () => {
    const pure = files.filter((file) => /^src\/(?:catalog|report|render)\//.test(file.path));
    expect(pure.length).toBeGreaterThan(5);
    expect(
      pure.flatMap((file) =>
        file.imports.filter((name) => name.startsWith('node:')).map((name) => `${file.path} → ${name}`),
      ),
    ).toEqual([]);
  });
});

describe('engines', () => {
  it('are named only where they are listed, chosen or defined', () => {
    const allowed = /^src\/(?:engines|task|config)\//;
    expect(
      offenders(
        /['"`](?:postgres|postgresql|mysql|mariadb|sqlite)['"`]/,
        (path) => !allowed.test(path) && !(path in engineNamed),
      ),
    ).toEqual([]);
  });

  it('keep the client library and the server’s catalog to themselves', () => {
    const outside = files.filter((file) => !file.path.startsWith('src/engines/'));
    const libraries = /^(?:pg|pg-copy-streams|libpg-query|pgsql-deparser|@supabase\/pg-delta)(?:\/|$)/;
    expect(
      outside.flatMap((file) =>
        file.imports.filter((name) => libraries.test(name)).map((name) => `${file.path} → ${name}`),
      ),
    ).toEqual([]);
    expect(
      offenders(
        /\bFROM pg_(?:class|stat|catalog|index|constraint|locks)\w*/i,
        (path) => !path.startsWith('src/engines/'),
      ),
    ).toEqual([]);
  });
});

describe('files', () => {
  it('have names that say what they hold', () => {
    const vague = /(?:^|[/-])(?:utils?|helpers?|common|misc|managers?|services?|lib)(?:[/.-]|$)/;
    expect(files.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
    expect(files.map((file) => file.path).filter((path) => !/^[a-z0-9/.-]+$/.test(path))).toEqual([]);
  });

  it('stay below 300 lines', () => {
    const long = [...files, ...filesBelow('test')]
      .filter((file) => file.text.split('\n').length > 301)
      .map((file) => file.path);
    expect(long).toEqual([]);
  });

  it('say in one sentence what each exported name is', () => {
    const silent = files
      .filter((file) => !/(?:^|\/)model\.ts$/.test(file.path))
      .flatMap((file) => {
        const lines = file.text.split('\n');
        return lines.flatMap((line, at) => {
          const match = /^export (?:async )?(?:function|const|class) (\w+)/.exec(line);
          return match && !/\*\/\s*$/.test(lines[at - 1] ?? '') ? [`${file.path}: ${match[1]}`] : [];
        });
      });
    expect(silent).toEqual([]);
  });

  it('hold no default export, no enum, no `any` and no note to come back', () => {
    expect(
      offenders(/^export default\b|^\s*(?:export )?(?:const )?enum \w|:\s*any\b|\bas any\b/, () => true),
    ).toEqual([]);
    expect(
      files.filter((file) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(file.text)).map((file) => file.path),
    ).toEqual([]);
  });

  it('name no place of the machine they were written on', () => {
    const places = /(?:^|[\s'"`(=:])\/(?:work|home|Users|tmp)\/|registry\.[a-z.]+\/|\.internal\b/;
    const checked = [
      ...files,
      ...filesBelow('test').filter((file) => !file.path.startsWith('test/architecture/')),
      ...filesBelow('scripts', /\.(?:ts|mjs)$/),
      ...filesBelow('bench', /\.(?:ts|mjs)$/),
      ...filesBelow('docs', /\.md$/),
      ...filesBelow('examples', /.*/),
    ];
    const wrong = checked.flatMap((file) =>
      file.text
        .split('\n')
        .filter((line) => places.test(line))
        .map((line) => `${file.path}: ${line.trim().slice(0, 80)}`),
    );
    expect(wrong).toEqual([]);
  });
});
