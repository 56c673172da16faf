/** Starts a sandbox of the compiled package, keeps one of its sessions busy, and waits to be killed; says `ready <id>`. */
import { postgres } from '../../dist/engines/postgres/index.js';
import { startSandbox } from '../../dist/sandbox/sandbox.js';

const sandbox = await startSandbox(postgres);
const database = await sandbox.createDatabase();
const session = await postgres.connect(database.ownerUrl);
process.stdout.write(`ready ${sandbox.id}\n`);
if (process.argv[2] === 'stop') {
  await session.close();
  await sandbox.stop();
} else {
  session.query('SELECT count(*) FROM generate_series(1, 1e12) n WHERE n % 7 = 3').catch(() => undefined);
  setInterval(() => undefined, 1000);
}
