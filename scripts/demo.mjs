// Runs the main job on the first example, as a user would, and says where to look.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = [
  'task',
  'examples/dashboard-analytics/KAN-29.md',
  '--out',
  'dbd-demo',
  ...process.argv.slice(2),
];
const { status, signal } = spawnSync(process.execPath, ['dist/bin.js', ...words], {
  cwd: root,
  stdio: 'inherit',
});

if (status === 0 || status === 1) {
  console.log(`
The whole report:  dbd-demo/report.html   (one offline page)
The change:        dbd-demo/up/ and dbd-demo/down/
${status === 1 ? 'Some claims are not proven, and the report says which: in CI the exit code would be 1.' : 'Every claim is proven.'}`);
} else {
  process.exitCode = signal ? 130 : (status ?? 70);
}
