/** Sums of a file's bytes, by the names that a manifest uses. */
import { createHash } from 'node:crypto';

/** A sum under way; pieces are taken in at once, so the caller may use their memory again. */
export interface Sum {
  add(piece: Buffer): void;
  /** Hexadecimal, as a manifest writes it. */
  end(): string;
}

/** Starts a sum; undefined for an algorithm that is not known, and for `NONE`. */
export function startSum(algorithm: string): Sum | undefined {
  if (algorithm === 'CRC32C') return crc32c();
  const known = /^SHA(224|256|384|512)$/.exec(algorithm);
  if (!known) return undefined;
  const hash = createHash(`sha${known[1]}`);
  return { add: (piece) => void hash.update(piece), end: () => hash.digest('hex') };
}

const table = Int32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  // Castagnoli's polynomial, bits reversed.
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(): Sum {
  let crc = -1;
  return {
    add(piece) {
      for (const byte of piece) crc = table[(crc ^ byte) & 255]! ^ (crc >>> 8);
    },
    end() {
      // The server writes the number's bytes as they lie in its memory.
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(~crc);
      return bytes.toString('hex');
    },
  };
}
