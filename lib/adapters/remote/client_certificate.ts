/**
 * Self-signed client certificates, as the daemons' clients create them; the server trusts their fingerprint.
 * Rule of its form: RFC 5280, in DER (X.690).
 *
 * @module
 */
import { concat } from "../../base/bytes.ts";
import type { KeyPair } from "../../ports/trust.ts";

const YEARS = 10;

/** Creates a key and a certificate for it; the name is for display only. Tests create certificates of servers. */
export async function makeClientCertificate(
  name: string,
  now = new Date(),
  purpose: keyof typeof PURPOSES = "client",
): Promise<KeyPair> {
  const algorithm = { name: "ECDSA", namedCurve: "P-384" };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", publicKey),
    crypto.subtle.exportKey("pkcs8", privateKey),
  ]);
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const issuer = sequence(set(sequence(oid(2, 5, 4, 3), der(0x0c, new TextEncoder().encode(name)))));
  const serial = crypto.getRandomValues(new Uint8Array(16));
  // Positive, and without a zero in front.
  serial[0] = serial[0]! & 0x3f | 0x40;
  const body = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, serial),
    ECDSA_SHA384,
    issuer,
    sequence(time(now), time(end)),
    issuer,
    new Uint8Array(spki),
    der(0xa3, sequence(...extensions(PURPOSES[purpose]))),
  );
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-384" }, privateKey, body);
  const certificate = sequence(body, ECDSA_SHA384, bits(signatureValue(new Uint8Array(signature))));
  return { certificate: pem("CERTIFICATE", certificate), key: pem("PRIVATE KEY", new Uint8Array(pkcs8)) };
}

type Bytes = Uint8Array<ArrayBuffer>;

function der(tag: number, ...parts: readonly Bytes[]): Bytes {
  const content = concat(parts);
  const length = content.length;
  const head = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return concat([Uint8Array.of(tag, ...head), content]);
}

function sequence(...parts: readonly Bytes[]): Bytes {
  return der(0x30, ...parts);
}

function set(...parts: readonly Bytes[]): Bytes {
  return der(0x31, ...parts);
}

function bits(bytes: Bytes, unused = 0): Bytes {
  return der(0x03, Uint8Array.of(unused), bytes);
}

function oid(first: number, second: number, ...rest: readonly number[]): Bytes {
  const octets = rest.flatMap((value) => {
    const groups = [value & 0x7f];
    for (let left = value >> 7; left > 0; left >>= 7) groups.unshift(left & 0x7f | 0x80);
    return groups;
  });
  return der(0x06, Uint8Array.of(40 * first + second, ...octets));
}

/** Encodes a time, with two digits of the year until 2049 and four from then on. */
function time(date: Date): Bytes {
  const text = date.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:T]/g, "");
  const short = date.getUTCFullYear() < 2050;
  return der(short ? 0x17 : 0x18, new TextEncoder().encode(short ? text.slice(2) : text));
}

/** Turns a raw signature, two numbers side by side, into a sequence of two integers. */
function signatureValue(raw: Bytes): Bytes {
  const half = raw.length / 2;
  return sequence(integer(raw.slice(0, half)), integer(raw.slice(half)));
}

function integer(unsigned: Bytes): Bytes {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start++;
  const digits = unsigned.slice(start);
  return der(0x02, digits[0]! & 0x80 ? concat([Uint8Array.of(0), digits]) : digits);
}

const ECDSA_SHA384 = sequence(oid(1, 2, 840, 10045, 4, 3, 3));
const TRUE = Uint8Array.of(0x01, 0x01, 0xff);
const PURPOSES = { server: 1, client: 2 } as const;

function extensions(purpose: number): readonly Bytes[] {
  return [
    // Key usage: digital signature and key encipherment.
    sequence(oid(2, 5, 29, 15), TRUE, der(0x04, bits(Uint8Array.of(0xa0), 5))),
    // Extended key usage.
    sequence(oid(2, 5, 29, 37), der(0x04, sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, purpose)))),
    // No authority.
    sequence(oid(2, 5, 29, 19), TRUE, der(0x04, sequence())),
  ];
}

function pem(label: string, bytes: Bytes): string {
  const text = btoa(String.fromCharCode(...bytes)).replaceAll(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;
}
