/** The runbook of backup and recovery with pgBackRest, with the names and figures of a drill. */
import type { RunbookFacts } from '../../../engine/backup/model.ts';
import { formatBytes, formatMs } from '../../../base/units.ts';

/** First release of pgBackRest that reads clusters of a major version, where it is known (its release notes). */
const oldestTool: Readonly<Record<number, string>> = { 18: '2.55.0' };

/** Restores production's newest backup into an empty folder beside it. */
export const proveYours =
  'pgbackrest --stanza=main --pg1-path=/var/lib/postgresql/restore --archive-mode=off restore';

/** What a person does in production, step by step; every command can be copied. */
export function runbook(facts: RunbookFacts): string {
  const major = Number.parseInt(facts.version, 10);
  const tool = oldestTool[major];
  return `# Backup and recovery: ${facts.title}

${facts.proven ? 'The procedure was rehearsed' : '**The rehearsal of the procedure failed; see the report**'} on a server of its own: PostgreSQL ${facts.version}, ${formatBytes(facts.drilledBytes)}, durable settings.
This page does the same in production with pgBackRest. A rehearsal proves the procedure; **your backup is proven only when it was restored** (step 6).

| Rehearsed (measured on ${formatBytes(facts.drilledBytes)}) | |
|---|---|
| base backup, every file checked | ${formatMs(facts.backupMs)} |
| unpack and check | ${formatMs(facts.unpackMs)} |
| start and replay the log | ${formatMs(facts.recoverMs)} |
| compare all rows, read all pages | ${formatMs(facts.checkMs)} |
| acknowledged writes lost by recovering to just before the disaster | ${facts.lostAfter} |
| acknowledged writes lost when only the disk is lost, log streamed | ${facts.lostToTheEnd} |
${sizeRow(facts)}
## 1. Install

${tool === undefined ? 'Use a current release of pgBackRest; `pgbackrest version` tells it, and its release notes which PostgreSQL it reads.' : `PostgreSQL ${major} needs pgBackRest ${tool} or newer; an older one refuses the cluster. \`pgbackrest version\` tells what is installed.`}

\`\`\`ini
# /etc/pgbackrest/pgbackrest.conf, owner postgres, mode 0640
[global]
repo1-path=/var/lib/pgbackrest
repo1-retention-full=2
repo1-cipher-type=aes-256-cbc
# repo1-cipher-pass is set by the environment variable PGBACKREST_REPO1_CIPHER_PASS; keep a copy away from this machine
compress-type=zst
process-max=2
start-fast=y

[main]
pg1-path=/var/lib/postgresql/${major}/main
\`\`\`

The repository belongs on another machine or an object store (\`repo1-type=s3\`); on the same disk it is lost with the database.
The default compression is gzip, which takes several times as long as zst or lz4.

## 2. Archive the log

\`\`\`ini
# postgresql.conf; archive_mode needs a restart
archive_mode = on
archive_command = 'pgbackrest --stanza=main archive-push %p'
archive_timeout = 60
\`\`\`

\`archive_timeout\` bounds what is lost with the disk: here at most about 60 s of writes, as long as archiving works. Streaming
(\`pg_receivewal\`, a standby) lowers it to moments; the rehearsal streamed.

\`\`\`sh
sudo -u postgres pgbackrest --stanza=main stanza-create
sudo -u postgres pgbackrest --stanza=main check
\`\`\`

## 3. Take backups, and watch them

\`\`\`sh
sudo -u postgres pgbackrest --stanza=main --type=full backup     # weekly
sudo -u postgres pgbackrest --stanza=main --type=diff backup     # daily
sudo -u postgres pgbackrest --stanza=main info
sudo -u postgres pgbackrest --stanza=main verify
\`\`\`

Alarm when the newest backup is older than 26 hours, or when this returns a row:

\`\`\`sql
SELECT last_failed_wal, last_failed_time FROM pg_stat_archiver
 WHERE last_failed_time > coalesce(last_archived_time, '-infinity');
\`\`\`

## 4. A disaster: rows or a table are gone

The rehearsal dropped \`${facts.table}\` (${facts.rows} rows) and came back to ${facts.target}.

1. Stop the application's writes; what is written now is lost by recovering to a point.
2. Find the time just before the disaster: the application's log, or \`pg_waldump --rmgr=Transaction --start=…\`. Write it with its zone.
3. Restore **beside** production, never over it, while production still runs:

\`\`\`sh
TARGET="2026-05-04 10:15:00.123456+00"   # yours; the rehearsal's was ${facts.target}
sudo -u postgres pgbackrest --stanza=main --pg1-path=/var/lib/postgresql/restore \\
  --type=time --target="$TARGET" --target-action=promote --archive-mode=off restore
sudo -u postgres /usr/lib/postgresql/${major}/bin/pg_ctl -D /var/lib/postgresql/restore -o "-p 5433" -w -t 3600 start
\`\`\`

   Debian keeps the settings outside the data folder: add \`-c config_file=/etc/postgresql/${major}/main/postgresql.conf\` to \`-o\`.

4. Check the rows (step 6). One lost table is copied back, a whole database is switched over:

\`\`\`sh
pg_dump -p 5433 -t ${shellWord(facts.table)} "$DATABASE" | psql --single-transaction -v ON_ERROR_STOP=1 "$DATABASE_URL"
\`\`\`

   What referred to the table (\`DROP … CASCADE\` took those foreign keys and views too) is made again from the structure afterwards.

A server that ends with \`recovery ended before configured recovery target was reached\` was given a time after the last archived commit:
choose an earlier one.

## 5. A disaster: the disk is gone

\`\`\`sh
sudo systemctl stop postgresql@${major}-main
sudo -u postgres pgbackrest --stanza=main --delta restore
sudo systemctl start postgresql@${major}-main
\`\`\`

## 6. Prove it

Restore regularly (at least every 100 days) into an empty folder on another machine, start it as in step 4, and compare:

\`\`\`sh
sudo -u postgres ${proveYours}
\`\`\`

${facts.checks.map(({ sql, expect }) => `\`\`\`sql\n${sql};   -- ${expect}\n\`\`\``).join('\n\n')}

\`\`\`sh
pg_amcheck --all --heapallindexed -p 5433
\`\`\`

Write down how long it took, which backup it was, and what the queries returned.
`;
}

/** A word as a shell reads it. */
function shellWord(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function sizeRow({ productionBytes, drilledBytes, unpackMs }: RunbookFacts): string {
  if (productionBytes === undefined || unpackMs <= 0) return '';
  return `| unpacking ${formatBytes(productionBytes)} (derived: the task's volumes at the horizon, ${formatBytes((drilledBytes / unpackMs) * 1000)} a second) | about ${formatMs((productionBytes / drilledBytes) * unpackMs)}, plus fetching it and replaying its log |\n`;
}
