// Measures what a user waits for and what Node needs, and writes docs/performance.md.
// Needs a build. `node bench/run.mjs --quick` leaves out the full demo.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { deliverableNames } from '../dist/deliver/deliverable-names.js';
import { engines } from '../dist/engines/all.js';
import { startSandbox } from '../dist/sandbox/sandbox.js';

const quickOnly = process.argv.includes('--quick');
const bin = new URL('../dist/bin.js', import.meta.url).pathname;
const example = new URL('../examples/dashboard-analytics/KAN-29.md', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'dbd-bench-'));
// As root, the server runs under another account, which has to get through.
chmodSync(scratch, 0o755);
const rows = [];

try {
  row('`dbd --help`, median of 9', '≤ 0.25 s', seconds(median(await times(9, () => run(['--help'])))));

  const postgres = await engines.postgres();
  const cold = [];
  for (let n = 0; n < 5; n++) {
    process.env.DBD_CACHE = join(scratch, `cache-${n}`);
    cold.push(await startOnce(postgres));
  }
  row('sandbox, cold (binaries copied, template made), median of 5', '≤ 2 s', seconds(median(cold)));
  const warm = [];
  for (let n = 0; n < 9; n++) warm.push(await startOnce(postgres));
  row('sandbox, warm, median of 9', '≤ 0.3 s', seconds(median(warm)));
  delete process.env.DBD_CACHE;

  await figures();

  const alone = ['--without', deliverableNames.join(',')];
  await demo('the change alone, `--quick`', ['--quick', ...alone], '≤ 10 s');
  await demo('everything on, `--quick`', ['--quick'], '');
  if (!quickOnly) {
    await demo('the change alone, 1M rows', alone, '≤ 60 s');
    await demo('everything on, 1M rows', [], '≤ 120 s');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
writePage();

/** Snapshots and twins are measured beside their tests, whose fixtures they share. */
async function figures() {
  const file = join(scratch, 'figures.jsonl');
  writeFileSync(file, '');
  const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'bench'], {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, DBD_BENCH_OUT: file },
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The measurements of snapshots and twins ended with ${code}.`);
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) row(...JSON.parse(line));
}

async function startOnce(engine) {
  const before = performance.now();
  const sandbox = await startSandbox(engine);
  const took = performance.now() - before;
  await sandbox.stop();
  return took;
}

async function demo(name, words, goal) {
  const { ms, peak, stderr, code } = await run([
    'task',
    example,
    '--out',
    join(scratch, `out-${rows.length}`),
    ...words,
  ]);
  if (code > 1) throw new Error(`${name} ended with ${code}\n${stderr}`);
  row(name, goal, seconds(ms));
  for (const phase of stderr.matchAll(/^✓ (.+?) (\d[\d.]* (?:ms|s)|\d+ min(?: \d+ s)?)$/gm))
    row(`&nbsp;&nbsp;${phase[1].split(' · ')[0]}`, '', phase[2]);
  row(
    `${name}: peak memory of Node`,
    '≤ 300 MB',
    peak === undefined ? 'not read on this system' : `${Math.round(peak / 1024)} MB`,
  );
}

/** Runs dbd, and reads its peak memory (kB) from the system where that can be had. */
function run(words) {
  const before = performance.now();
  const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  let peak;
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const watch = setInterval(() => {
    try {
      peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) || peak;
    } catch {
      clearInterval(watch);
    }
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, ms: performance.now() - before, peak, stderr });
    });
  });
}

async function times(count, work) {
  const found = [];
  for (let n = 0; n < count; n++) found.push((await work()).ms);
  return found;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function row(what, goal, figure) {
  rows.push([what, goal, figure]);
  console.log(`${what.replaceAll('&nbsp;', ' ')}: ${figure}${goal ? ` (${goal})` : ''}`);
}

function writePage() {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${process.platform}`;
  const page = `# Performance

Made by \`npm run bench\` on ${machine}, ${new Date().toISOString().slice(0, 10)}. Goals are for two cores.

| What | Goal | Figure |
|---|--:|--:|
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

Figures of a machine that does other work at the same time are larger. The load that is run beside a rehearsal takes the time it is declared to take, whatever the machine.
`;
  writeFileSync(new URL('../docs/performance.md', import.meta.url), page);
}
