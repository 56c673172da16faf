import type { Engine } from '../engine/model.ts';

/** Every engine by name, loaded when first asked for. */
export const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  postgres: async () => (await import('./postgres/index.ts')).postgres,
};

/** The engine of a command that names none. */
export const defaultEngine = 'postgres';
