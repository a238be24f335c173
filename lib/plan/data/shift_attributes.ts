/**
 * ACLs and file capabilities with other ids in them, as the kernel stores them in extended attributes.
 *
 * @module
 */

/** Returns another id for an id. */
export type MapId = (kind: "uid" | "gid", id: number) => number;

const REVISION = 0xff000000;
const VERSION_1 = 0x01000000;
const VERSION_2 = 0x02000000;
const VERSION_3 = 0x03000000;

/**
 * Returns a file capability for the container's root: version 3 names the id of that root on the host (capabilities(7)).
 * Capabilities without an id are valid for the host's own root only.
 */
export function shiftCapability(value: Uint8Array, map: MapId): Uint8Array {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const magic = value.length >= 4 ? view.getUint32(0, true) : 0;
  const version = (magic & REVISION) >>> 0;
  const sizes: Readonly<Record<number, number>> = { [VERSION_1]: 12, [VERSION_2]: 20, [VERSION_3]: 24 };
  // No kernel knows this version yet, or the value is broken.
  if (sizes[version] !== value.length) return value;
  const root = map("uid", version === VERSION_3 ? view.getUint32(20, true) : 0);
  if (root === 0 && version !== VERSION_3) return value;
  const shifted = new Uint8Array(24);
  shifted.set(value.subarray(0, Math.min(value.length, 20)));
  const out = new DataView(shifted.buffer);
  out.setUint32(0, ((magic & ~REVISION) | VERSION_3) >>> 0, true);
  out.setUint32(20, root, true);
  return shifted;
}

const ACL_VERSION = 2;
const USER = 0x02;
const GROUP = 0x08;

/** Returns an ACL with other ids for its named users and groups. */
export function shiftAcl(value: Uint8Array, map: MapId): Uint8Array {
  const shifted = value.slice();
  const view = new DataView(shifted.buffer);
  if (shifted.length < 4 || (shifted.length - 4) % 8 !== 0 || view.getUint32(0, true) !== ACL_VERSION) {
    return value;
  }
  for (let at = 4; at < shifted.length; at += 8) {
    const tag = view.getUint16(at, true);
    if (tag !== USER && tag !== GROUP) continue;
    view.setUint32(at + 4, map(tag === USER ? "uid" : "gid", view.getUint32(at + 4, true)), true);
  }
  return shifted;
}

/**
 * Returns the dump of `getfattr --dump -e hex` with other ids in ACLs and capabilities: with all capabilities where `all`
 * is set, as a change of the owner removes them, and otherwise with the attributes that change.
 */
export function shiftAttributes(dump: string, map: MapId, all: boolean): string {
  const files = dump.split("\n\n").flatMap((part) => {
    const [file = "", ...lines] = part.split("\n").filter((line) => line !== "");
    const kept = lines.flatMap((line) => {
      const match = /^(security\.capability|system\.posix_acl_(?:access|default))=0x([0-9a-f]*)$/.exec(line);
      if (!match) return [];
      const [, name = "", hex = ""] = match;
      const isCapability = name === "security.capability";
      const value = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
      const changed = hexOf(isCapability ? shiftCapability(value, map) : shiftAcl(value, map));
      return changed === hex && !(all && isCapability) ? [] : [`${name}=0x${changed}`];
    });
    return kept.length > 0 ? [`${file}\n${kept.join("\n")}\n`] : [];
  });
  return files.join("\n");
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
