/**
 * The times of X.509 certificates. Rule of their form: RFC 5280, in DER (X.690).
 *
 * @module
 */

/** The times between which a certificate is valid, in milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** Reads the times of the first certificate of a text in PEM; `undefined` where it has none. */
export function validityOf(pem: string): Validity | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1];
  if (base64 === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64.replaceAll(/\s/g, "")), (char) => char.charCodeAt(0));
    const certificate = contentAt(bytes, 0, SEQUENCE);
    const body = contentAt(certificate, 0, SEQUENCE);
    // The version, which may be absent, comes before serial number, algorithm and issuer.
    let at = body[0] === VERSION ? endOf(body, 0) : 0;
    for (let skipped = 0; skipped < 3; skipped++) at = endOf(body, at);
    const times = contentAt(body, at, SEQUENCE);
    const [from, until] = [timeAt(times, 0), timeAt(times, endOf(times, 0))];
    return Number.isNaN(from) || Number.isNaN(until) ? undefined : { from, until };
  } catch {
    return undefined;
  }
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const SHORT_TIME = 0x17;

/** Returns the place and the length of the content of what begins at `at`. */
function headOf(bytes: Uint8Array, at: number): readonly [start: number, length: number] {
  const first = bytes[at + 1];
  if (first === undefined) throw new RangeError("The certificate ends too early");
  if (first < 0x80) return [at + 2, first];
  const digits = bytes.subarray(at + 2, at + 2 + (first & 0x7f));
  return [at + 2 + digits.length, digits.reduce((sum, byte) => sum * 256 + byte, 0)];
}

function endOf(bytes: Uint8Array, at: number): number {
  const [start, length] = headOf(bytes, at);
  if (start + length > bytes.length) throw new RangeError("The certificate ends too early");
  return start + length;
}

function contentAt(bytes: Uint8Array, at: number, tag: number): Uint8Array {
  if (bytes[at] !== tag) throw new RangeError("The certificate has another form");
  return bytes.subarray(headOf(bytes, at)[0], endOf(bytes, at));
}

/** Reads the time at a position; two digits of a year mean 1950 to 2049. */
function timeAt(bytes: Uint8Array, at: number): number {
  const [start] = headOf(bytes, at);
  const text = new TextDecoder().decode(bytes.subarray(start, endOf(bytes, at)));
  const full = bytes[at] === SHORT_TIME ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
