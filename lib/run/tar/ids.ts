/**
 * Conversion of a container's ids to ids of the host: owners, ids in ACLs, and the root id of file
 * capabilities.
 *
 * @module
 */
import { LxopsError } from "../../base/errors.ts";
import type { HostIds } from "../../plan/instance/idmap.ts";
import { type MapId, shiftAcl, shiftCapability } from "../../plan/data/shift_attributes.ts";
import { fromBinary, type TarHeader, toBinary } from "./read.ts";

const XATTR = "SCHILY.xattr.";
const CAPABILITY = `${XATTR}security.capability`;
const ACLS: readonly string[] = [
  `${XATTR}system.posix_acl_access`,
  `${XATTR}system.posix_acl_default`,
];

/** Returns an entry with the ids of the host. */
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

function mapper(header: TarHeader, ids: HostIds): MapId {
  return (kind, id) => {
    const found = hostId(ids, kind, id);
    if (found !== undefined) return found;
    throw new LxopsError(
      `"/${header.path}" of the image is of ${kind} ${id}, which the instance's id map does not have`,
      ["Give the instance a larger map (security.idmap.size, raw.idmap), or use an image without it"],
    );
  };
}

/** Returns the id of the host for one of a container; `undefined` where the map has none. */
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
