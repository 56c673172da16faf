import type { ServerPackage } from '../../engine/model.ts';

/** Server packages of other major versions with the checksum of each archive, as the registry published them. */
export const packages: readonly ServerPackage[] = [];
