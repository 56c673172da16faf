/** Ed25519 keys: made, read, and known by the hash of their public half. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { fail } from '../base/error.ts';
import { sha256 } from './folder.ts';

/** A new pair in PEM: PKCS 8 and SPKI. */
export function newKeys(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

/** The private key of a text in PEM; line ends may be written as `\n`, as variables of CI systems hold them. Throws `evidence.key`, never with any of the text. */
export function privateKey(text: string, from: string): KeyObject {
  return keyOf(text, from, 'private', createPrivateKey);
}

/** The public key of a text in PEM. Throws `evidence.key`. */
export function publicKey(text: string, from: string): KeyObject {
  // A private key would be taken as well, and then lie about in the wrong places.
  if (/PRIVATE KEY/.test(text))
    fail('evidence.key', `${from} holds a private key; its public half is needed here.`, {
      hint: 'Give the `.pub` file, and keep the other one where only the signer reads it.',
    });
  return keyOf(text, from, 'public', createPublicKey);
}

function keyOf(text: string, from: string, half: string, read: (pem: string) => KeyObject): KeyObject {
  const hint = '`dbd evidence keygen <file outside the repository>` makes a pair.';
  const key = (() => {
    try {
      return read(text.replaceAll('\\n', '\n').trim());
    } catch {
      // The reason that OpenSSL gives may quote the text.
      return fail('evidence.key', `${from} holds no ${half} key in PEM.`, { hint });
    }
  })();
  if (key.asymmetricKeyType !== 'ed25519')
    fail('evidence.key', `${from} holds a key of another kind (${key.asymmetricKeyType}), not Ed25519.`, {
      hint,
    });
  return key;
}

/** SHA-256 of the public half, hex. */
export function fingerprint(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return sha256(open.export({ type: 'spki', format: 'der' }));
}

/** Signature of a text, base64. */
export function signText(text: string, key: KeyObject): string {
  return signBytes(null, Buffer.from(text), key).toString('base64');
}

/** Whether a signature is of this text and key. */
export function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verifyBytes(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
