import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readManifest } from './manifest.ts';
import { startSum } from './sum.ts';
import { TarReader } from './tar.ts';
import { formatLsn, parseLsn, readSegmentName, segmentName, segmentsBetween } from './wal.ts';

/** One member of an archive as the server writes it. */
function member(path: string, content: Buffer, kind = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write('0000600\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
  header.write(kind, 156);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const end = Buffer.alloc(1024);

function read(archive: Buffer, pieceBytes: number): Record<string, string> {
  const found: Record<string, Buffer[]> = {};
  let path = '';
  const reader = new TarReader('base.tar', {
    folder: (name) => (found[`${name}/`] = []),
    open(name) {
      path = name;
      found[name] = [];
    },
    piece: (piece) => found[path]!.push(Buffer.from(piece)),
    close: () => undefined,
  });
  // The same memory again and again, as the client library does it.
  const memory = Buffer.alloc(pieceBytes);
  for (let at = 0; at < archive.length; at += pieceBytes) {
    const bytes = archive.copy(memory, 0, at, at + pieceBytes);
    reader.push(memory.subarray(0, bytes));
  }
  reader.end();
  return Object.fromEntries(
    Object.entries(found).map(([name, pieces]) => [name, Buffer.concat(pieces).toString('hex')]),
  );
}

describe('an archive', () => {
  test('reads the same in pieces of any length', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 1500 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 3000 }), (files, pieceBytes) => {
        const members = files.map((content, n) => member(`base/5/${n}`, Buffer.from(content)));
        const found = read(
          Buffer.concat([member('base', Buffer.alloc(0), '5'), ...members, end]),
          pieceBytes,
        );
        expect(found).toEqual({
          'base/': '',
          ...Object.fromEntries(
            files.map((content, n) => [`base/5/${n}`, Buffer.from(content).toString('hex')]),
          ),
        });
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    [
      'cut off',
      Buffer.concat([member('base/5/1', Buffer.alloc(2000))]).subarray(0, 1500),
      /cut off at base\/5\/1/,
    ],
    ['without its end', member('a', Buffer.from('x')), /cut off at a/],
    [
      'with a changed header',
      Buffer.concat([member('a', Buffer.from('x')), member('b', Buffer.from('y')).fill(1, 0, 3), end]),
      /damaged after a/,
    ],
    [
      'that leaves its folder',
      Buffer.concat([member('base/../../etc/x', Buffer.from('x')), end]),
      /leaves the folder/,
    ],
    ['with an absolute path', Buffer.concat([member('/etc/x', Buffer.from('x')), end]), /leaves the folder/],
    ['with a link', Buffer.concat([member('pg_tblspc/1', Buffer.alloc(0), '2'), end]), /tablespace/],
  ])('%s is refused by name', (_, archive, message) => {
    expect(() => read(archive, 100)).toThrow(message);
  });
});

describe('a manifest', () => {
  const body =
    '{ "PostgreSQL-Backup-Manifest-Version": 2,\n"System-Identifier": 7710229830994140513,\n"Files": [\n{ "Path": "PG_VERSION", "Size": 3, "Checksum-Algorithm": "SHA256", "Checksum": "00" },\n{ "Encoded-Path": "62ff", "Size": 1 }],\n"WAL-Ranges": [{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000120" }],\n';
  const whole = (text: string): Buffer =>
    Buffer.from(`${text}"Manifest-Checksum": "${createHash('sha256').update(text).digest('hex')}"}\n`);

  test('keeps the whole number of its cluster, which is larger than a double holds', () => {
    const read = readManifest(whole(body));
    expect(read.system).toBe('7710229830994140513');
    expect(read.files.get('PG_VERSION')).toEqual({ bytes: 3, sum: '00', algorithm: 'SHA256' });
    expect(read.files.size).toBe(2);
    expect(read.ranges).toEqual([{ timeline: 1, from: '0/2000028', to: '0/2000120' }]);
  });

  test('that was changed in any byte is refused', () => {
    const good = whole(body);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: body.length - 1 }), (at) => {
        const bad = Buffer.from(good);
        bad[at] = bad[at]! ^ 1;
        expect(() => readManifest(bad)).toThrow(/backup_manifest/);
      }),
    );
  });
});

test('sums are those of the server', () => {
  const of = (algorithm: string): string | undefined => {
    const sum = startSum(algorithm);
    sum?.add(Buffer.from('1234'));
    sum?.add(Buffer.from('56789'));
    return sum?.end();
  };
  // The check value of CRC-32C is e3069283; the server writes the bytes of a little-endian machine.
  expect(of('CRC32C')).toBe('839206e3');
  expect(of('SHA256')).toBe('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225');
  expect(of('NONE')).toBeUndefined();
});

describe('positions of the log', () => {
  const bytes = 16 * 1024 * 1024;

  test('are read and written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (lsn) => {
        expect(parseLsn(formatLsn(lsn))).toBe(lsn);
      }),
    );
    expect(formatLsn(parseLsn('16/B374D848'))).toBe('16/B374D848');
  });

  test('lie in segments whose names sort', () => {
    expect(segmentName(1, parseLsn('0/5693740'), bytes)).toBe('000000010000000000000005');
    expect(segmentName(2, parseLsn('1/FF000000'), bytes)).toBe('0000000200000001000000FF');
    expect(readSegmentName('0000000200000001000000FF', bytes)).toEqual({
      timeline: 2,
      start: parseLsn('1/FF000000'),
    });
    expect(readSegmentName('0000000200000001000000FF.partial', bytes)).toBeUndefined();
    expect(segmentsBetween(1, parseLsn('0/FF000028'), parseLsn('1/1000001'), bytes)).toEqual([
      '0000000100000000000000FF',
      '000000010000000100000000',
      '000000010000000100000001',
    ]);
    expect(segmentsBetween(1, parseLsn('0/2000028'), parseLsn('0/3000000'), bytes)).toEqual([
      '000000010000000000000002',
    ]);
  });
});
