/** Servers of several versions, as far as this machine has them. */
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { openPlace } from '../../src/sandbox/place.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { need } from '../support/require.ts';

/** The version that dbd brings along. */
const bundled = 18;

/** Those of the wanted versions that can be started. */
export async function servers(majors: readonly number[]): Promise<readonly { readonly major: number }[]> {
  const there = await Promise.all(
    majors.map(async (major) => ({
      major,
      there: need(await has(major), `a server of ${major}: dbd sandbox install ${major}`),
    })),
  );
  return there.filter((one) => one.there).map(({ major }) => ({ major }));
}

/** Starts a server of this version. */
export function startServer(major: number): Promise<Sandbox> {
  return startSandbox(postgres, major === bundled ? {} : { major });
}

async function has(major: number): Promise<boolean> {
  if (major === bundled) return true;
  const { packages } = openPlace(postgres.launch.accounts);
  for (const { folder, major: found } of await postgres.launch.candidates({ major, packages }))
    if (found === major && (await postgres.launch.version(folder)) !== undefined) return true;
  return false;
}
