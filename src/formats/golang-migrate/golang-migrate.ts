import { baseName, partOf, sortable } from '../text/lines.ts';
import type { Format } from '../model.ts';

/** golang-migrate: `1_name.up.sql` and `.down.sql`, each sent to the server in one piece. */
export const golangMigrate: Format = {
  name: 'golang-migrate',
  title: 'golang-migrate',
  claims: ({ path }) => /\.(?:up|down)\.sql$/.test(path),
  read({ path, text }, beside) {
    if (path.endsWith('.down.sql')) {
      // A way back that stands with its way there is read together with it.
      if (beside.has(path.replace(/\.down\.sql$/, '.up.sql'))) return [];
    }
    const back = beside.get(path.replace(/\.up\.sql$/, '.down.sql'));
    const up = path.endsWith('.up.sql');
    return [
      {
        id: baseName(path).replace(/\.(?:up|down)\.sql$/, ''),
        file: path,
        order: sortable(path),
        up: up ? partOf(text, 0, text.length) : [],
        down:
          up && back
            ? partOf(back.text, 0, back.text.length).map((part) => ({ ...part, file: back.path }))
            : up
              ? []
              : partOf(text, 0, text.length),
        transaction: true,
        aloneOutside: 'one statement',
        unread: [],
      },
    ];
  },
};
