import type { HealthRule } from './model.ts';

/** An extension older than its files. */
export const outdatedExtension: HealthRule = {
  id: 'outdated-extension',
  group: 'server',
  severity: 'info',
  finds: 'An extension that is older than its files',
  because: 'the server was upgraded and the extension was not: its mended faults are still there',
  instead: 'Read its notes, then update it.',
  threshold: 'Another version than the one that CREATE EXTENSION would install.',
  needs: ['extensions'],
  find: ({ server, sql }) =>
    server!.extensions
      .filter(({ installed, available }) => installed !== available)
      .map(({ name, installed, available }) => ({
        object: `extension ${name}`,
        message: `${name} is at ${installed}, and ${available} is there.`,
        fix: sql.updateExtension(name),
      })),
};
