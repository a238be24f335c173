/**
 * The encodings in which `write_files` and others take content.
 *
 * @module
 */
type Step = "gzip" | "base64";

/** Every spelling that cloud-init knows, with the steps that undo it. */
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
 * Unpacks gzip data of at most so many bytes, all of its members. Most files have none, so that the module is
 * loaded, which takes 15 ms, where there is some.
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

/** Names a character that base64 has not; cloud-init passes over it, and takes what is left for the content. */
function strange(bytes: Uint8Array): string {
  const found = /[^A-Za-z0-9+\/=\s]/u.exec(new TextDecoder().decode(bytes));
  return found ? `: it has the character ${JSON.stringify(found[0])}` : "";
}

/** The bytes that content stands for, or a sentence that says why it cannot be read. */
export function contentOf(content: string | Uint8Array, encoding: string): Uint8Array | string {
  let bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (const step of ENCODINGS[encoding] ?? []) {
    try {
      bytes = undo(step, bytes);
    } catch {
      return step === "base64"
        ? `The content is not valid base64, as encoding "${encoding}" says${strange(bytes)}`
        : `The content is not gzip data of at most ${
          MAX_UNPACKED / 1024 / 1024
        } MiB, as encoding "${encoding}" says`;
    }
  }
  return bytes;
}
