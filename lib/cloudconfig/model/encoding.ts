/**
 * Decodes the content of `write_files` and similar keys.
 *
 * @module
 */
type Step = "gzip" | "base64";

/** The encodings by every name that cloud-init knows, each with the steps that decode it. */
export const ENCODINGS: Readonly<Record<string, readonly Step[]>> = {
  "text/plain": [],
  b64: ["base64"],
  base64: ["base64"],
  gz: ["gzip"],
  gzip: ["gzip"],
  "gz+b64": ["base64", "gzip"],
  "gz+base64": ["base64", "gzip"],
  "gzip+b64": ["base64", "gzip"],
  "gzip+base64": ["base64", "gzip"],
};

const MAX_UNPACKED = 64 * 1024 * 1024;

/**
 * Unpacks gzip data, with all of its members, to at most `limit` bytes. The module is loaded only here, as it takes
 * long and few files need it.
 *
 * @throws {Error} where it is damaged, cut off, longer than that or something else
 */
export function gunzip(data: Uint8Array, limit: number): Uint8Array {
  // deno-lint-ignore no-process-global
  const { gunzipSync } = process.getBuiltinModule("node:zlib");
  return new Uint8Array(gunzipSync(data, { maxOutputLength: limit }));
}

function undo(step: Step, bytes: Uint8Array): Uint8Array {
  if (step === "gzip") return gunzip(bytes, MAX_UNPACKED);
  return Uint8Array.fromBase64(new TextDecoder().decode(bytes));
}

/** Names a character that is not base64. cloud-init skips such characters and decodes the rest. */
function strange(bytes: Uint8Array): string {
  const found = /[^A-Za-z0-9+\/=\s]/u.exec(new TextDecoder().decode(bytes));
  return found ? `: it has the character ${JSON.stringify(found[0])}` : "";
}

/** Decodes content, or returns a sentence that says why it cannot be decoded. */
export function contentOf(content: string | Uint8Array, encoding: string): Uint8Array | string {
  let bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (const step of ENCODINGS[encoding] ?? []) {
    try {
      bytes = undo(step, bytes);
    } catch {
      return step === "base64"
        ? `The content is not valid base64 despite the encoding "${encoding}"${strange(bytes)}`
        : `The content is not gzip data of at most ${
          MAX_UNPACKED / 1024 / 1024
        } MiB despite the encoding "${encoding}"`;
    }
  }
  return bytes;
}
