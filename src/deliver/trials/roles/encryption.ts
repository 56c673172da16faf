/** What column encryption does, shown on a database of its own, and what each kind of encryption protects. */
import { randomBytes } from 'node:crypto';
import { DbdError } from '../../../base/error.ts';
import type { Block } from '../../../report/model.ts';
import type { Privacy } from '../../../task/model.ts';
import type { Stage } from '../../deliverables/model.ts';

export interface EncryptionTrial {
  /** What was seen, one sentence each. */
  readonly seen: readonly string[];
  /** Why nothing could be shown. */
  readonly untried?: string;
}

/** Encrypts one value inside the server and looks at what is stored. */
export async function tryEncryption({ engine, sandbox }: Stage): Promise<EncryptionTrial> {
  const database = await sandbox.createDatabase();
  try {
    await sandbox.installExtension(database, 'pgcrypto');
    const session = await engine.connect(database.ownerUrl, { application: 'dbd encryption' });
    const [key, other, value] = [0, 1, 2].map(() => randomBytes(12).toString('hex')) as [
      string,
      string,
      string,
    ];
    try {
      await session.query('CREATE TABLE sealed (value bytea)');
      await session.query("INSERT INTO sealed VALUES (pgp_sym_encrypt($1, $2, 'cipher-algo=aes256'))", [
        value,
        key,
      ]);
      const { rows } = await session.query<{ plain: boolean; same: boolean; bytes: number }>(
        `SELECT position(convert_to($1, 'UTF8') IN value) > 0 AS plain, pgp_sym_decrypt(value, $2) = $1 AS same, octet_length(value) AS bytes FROM sealed`,
        [value, key],
      );
      const { plain, same, bytes } = rows[0]!;
      const wrong = await session.query('SELECT pgp_sym_decrypt(value, $1) FROM sealed', [other]).then(
        () => 'opens it',
        (error: unknown) => (error instanceof DbdError ? `fails: ${error.message}` : 'fails'),
      );
      return {
        seen: [
          `A value of ${value.length} bytes is stored in ${bytes} bytes, which ${plain ? 'hold' : 'do not hold'} its text.`,
          `The key ${same ? 'gives the value back' : 'does not give the value back'}; another key ${wrong}.`,
        ],
      };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return { seen: [], untried: error.message };
  } finally {
    await sandbox.dropDatabase(database);
  }
}

/** Advice with what was seen; it proves nothing about the disks and backups of a server. */
export function encryptionBlock(claims: readonly Privacy[], { seen, untried }: EncryptionTrial): Block {
  return {
    id: 'encryption',
    title: 'Encryption',
    kind: 'table',
    columns: [{ title: 'Kind' }, { title: 'Protects against' }, { title: 'Does not protect against' }],
    rows: [
      [
        'Disk or volume, with the key outside the machine',
        'a stolen disk, a discarded volume, a copied snapshot',
        'whoever signs in to the server or the database; backups elsewhere',
      ],
      [
        'Backups, by the tool that makes them (pgBackRest: repo1-cipher-type)',
        'a stolen backup',
        'anybody who reads the running database',
      ],
      [
        'TLS (ssl = on, hostssl in pg_hba.conf, sslmode=verify-full)',
        'whoever listens on the network',
        'whoever reads files or signs in',
      ],
      [
        'Column, by pgcrypto in the server',
        'stolen files and backups, readers without the key',
        'administrators: value and key pass through statements, and may reach logs and pg_stat_activity',
      ],
      [
        'Column, by the application before it is sent',
        'all of these, administrators too',
        'a stolen key of the application; the database can neither search nor check the values',
      ],
    ],
    note: [
      `${claims.map(({ id, of }) => `${id} ${of}`).join(', ')} must be unreadable in files and backups: encrypt volumes and backups, and encrypt in the application where administrators may not read.`,
      ...(seen.length > 0
        ? [
            `Shown in the sandbox with pgp_sym_encrypt (AES-256): ${seen.join(' ')} An encrypted column has no useful index; equality needs a keyed hash (hmac) beside it.`,
          ]
        : [`Column encryption could not be shown: ${untried ?? ''}`]),
    ].join(' '),
  };
}
