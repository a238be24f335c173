/**
 * What belongs to somebody in a container, as it belongs to them on the host: owners, the ids in ACLs, and the id
 * of the root that file capabilities are good for.
 *
 * @module
 */
import { LxopsError } from "../../errors.ts";
import type { HostIds } from "../../plan/idmap.ts";
import { fromBinary, type TarHeader, toBinary } from "./read.ts";

const XATTR = "SCHILY.xattr.";
const CAPABILITY = `${XATTR}security.capability`;
const ACLS: readonly string[] = [
  `${XATTR}system.posix_acl_access`,
  `${XATTR}system.posix_acl_default`,
];

/** An entry with the ids of the host. */
export function shiftHeader(header: TarHeader, ids: HostIds): TarHeader {
  if (ids.kind === "same") return header;
  const map = mapper(header, ids);
  return {
    ...header,
    uid: map("uid", header.uid),
    gid: map("gid", header.gid),
    attributes: new Map(
      [...header.attributes].map(([key, value]): [string, string] => {
        if (key === CAPABILITY) return [key, toBinary(shiftCapability(fromBinary(value), map))];
        if (ACLS.includes(key)) return [key, toBinary(shiftAcl(fromBinary(value), map))];
        return [key, value];
      }),
    ),
  };
}

type Map1 = (kind: "uid" | "gid", id: number) => number;

function mapper(header: TarHeader, ids: HostIds): Map1 {
  return (kind, id) => {
    const found = hostId(ids, kind, id);
    if (found !== undefined) return found;
    throw new LxopsError(
      `"/${header.path}" of the image is of ${kind} ${id}, which the instance's id map does not have`,
      ["Give the instance a larger map (security.idmap.size, raw.idmap), or use an image without it"],
    );
  };
}

/** The id of the host for one of a container; `undefined` where the map has none. */
export function hostId(ids: HostIds, kind: "uid" | "gid", id: number): number | undefined {
  switch (ids.kind) {
    case "same":
      return id;
    case "offset":
      return ids[kind] + id;
    case "ranges": {
      const range = ids.ranges.find((range) =>
        range[kind] && id >= range.from && id < range.from + range.count
      );
      return range && range.to + id - range.from;
    }
  }
}

const REVISION = 0xff000000;
const VERSION_1 = 0x01000000;
const VERSION_2 = 0x02000000;
const VERSION_3 = 0x03000000;

/**
 * A file capability for the container's root: version 3 names the id of that root on the host (capabilities(7)).
 * Those without one are good for the host's own root only.
 */
export function shiftCapability(value: Uint8Array, map: Map1): Uint8Array {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const magic = value.length >= 4 ? view.getUint32(0, true) : 0;
  const version = (magic & REVISION) >>> 0;
  const sizes: Readonly<Record<number, number>> = { [VERSION_1]: 12, [VERSION_2]: 20, [VERSION_3]: 24 };
  // Of a kind that no kernel knows yet, or broken.
  if (sizes[version] !== value.length) return value;
  const shifted = new Uint8Array(24);
  shifted.set(value.subarray(0, Math.min(value.length, 20)));
  const out = new DataView(shifted.buffer);
  out.setUint32(0, ((magic & ~REVISION) | VERSION_3) >>> 0, true);
  out.setUint32(20, map("uid", version === VERSION_3 ? view.getUint32(20, true) : 0), true);
  return shifted;
}

const ACL_VERSION = 2;
const USER = 0x02;
const GROUP = 0x08;

/** An ACL as the kernel stores it in an extended attribute, with other ids for its named users and groups. */
export function shiftAcl(value: Uint8Array, map: Map1): Uint8Array {
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
