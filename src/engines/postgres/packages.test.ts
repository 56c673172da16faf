import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packages } from './packages.ts';

test('every archive has a SHA-512 checksum of its own, and each platform each major version once', () => {
  for (const { integrity } of packages)
    expect(Buffer.from(integrity.replace('sha512-', ''), 'base64')).toHaveLength(64);
  expect(new Set(packages.map((one) => one.integrity)).size).toBe(packages.length);
  expect(new Set(packages.map((one) => `${one.platform} ${one.major}`)).size).toBe(packages.length);
  expect(packages.filter((one) => one.platform === 'linux-x64').map((one) => one.major)).toEqual([
    12, 13, 14, 15, 16, 17, 18,
  ]);
});

test('the bundled version is the pinned one, with the same checksum', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  for (const one of packages.filter(({ major }) => major === 18)) {
    expect(lock.packages[`node_modules/${one.name}`]).toMatchObject({
      version: one.version,
      integrity: one.integrity,
    });
  }
});
