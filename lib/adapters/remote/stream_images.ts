/**
 * The files of a simplestreams server, which may hold anything: entries without the form of an image are left out. Rule
 * of the format: `shared/simplestreams` of Incus and LXD, version 1.0 of products.
 *
 * @module
 */
import { daemonArchitecture } from "../../base/architectures.ts";
import type { StreamImage } from "../../ports/streams.ts";

/** The reader of a server's images. */
export interface StreamReader {
  /** Protocol of the daemon, in whose format images have to be: `incus` or `lxd`. */
  readonly protocol: string;
  /** Architecture of this machine, as daemons name it. */
  readonly architecture: string;
}

/** The most files with images that a server's index may name. */
const LISTS_LIMIT = 20;

/** Returns the paths of the files that list images, as an index names them. */
export function listsOf(index: unknown): readonly string[] {
  const entries = Object.values(mapOf(mapOf(index)["index"]));
  const paths = entries.flatMap((entry) => {
    const { datatype, format, path } = mapOf(entry);
    const fits = datatype === "image-downloads" && format === "products:1.0";
    return fits && typeof path === "string" && isPath(path) ? [path] : [];
  });
  return [...new Set(paths)].slice(0, LISTS_LIMIT);
}

/** Tells whether a path stays below the server's address. */
function isPath(path: string): boolean {
  return /^[\w.:@+~-][\w.:@+~/-]*$/.test(path) && !path.split("/").includes("..") && !path.includes("//");
}

/** Returns the newest version of each image of a list. */
export function imagesOf(list: unknown, reader: StreamReader): readonly StreamImage[] {
  return Object.values(mapOf(mapOf(list)["products"])).flatMap((product) =>
    productImages(mapOf(product), reader)
  );
}

type Values = Readonly<Record<string, unknown>>;

function productImages(product: Values, reader: StreamReader): StreamImage[] {
  const versions = Object.entries(mapOf(product["versions"]))
    .filter(([serial]) => /^\d{8}/.test(serial))
    .sort(([a], [b]) => a < b ? 1 : -1);
  for (const [serial, version] of versions) {
    const files = filesOf(mapOf(version), reader.protocol);
    if (files.length > 0) {
      return files.map((file) =>
        imageOf(product, { ...file, serial, label: mapOf(version)["label"] }, reader)
      );
    }
  }
  return [];
}

/** An image of a version: its fingerprint, and the kind of its root filesystem. */
interface Files {
  readonly fingerprint: string;
  readonly size: number;
  readonly kind: string;
}

/** Kinds of root filesystems, the best of containers and of virtual machines first, with the key of the fingerprint. */
const KINDS = [
  [["squashfs", "combined_squashfs_sha256"], ["root.tar.xz", "combined_rootxz_sha256"]],
  [
    ["disk-kvm.img", "combined_disk-kvm-img_sha256"],
    ["disk1.img", "combined_disk1-img_sha256"],
    ["uefi1.img", "combined_uefi1-img_sha256"],
  ],
] as const;

/** Returns the image for containers and the one for virtual machines of a version. */
function filesOf(version: Values, protocol: string): Files[] {
  const items = Object.values(mapOf(version["items"])).map(mapOf);
  const whole = items.find(({ ftype }) => ftype === `${protocol}_combined.tar.gz`);
  if (whole) return files(whole, whole["sha256"], "tar.gz");
  const meta = items.find(({ ftype }) => ftype === `${protocol}.tar.xz`);
  if (!meta) return [];
  return KINDS.flatMap((kinds) => {
    for (const [kind, key] of kinds) {
      const root = items.find(({ ftype }) => ftype === kind);
      const older = kind === "root.tar.xz" ? meta["combined_sha256"] : undefined;
      const found = root ? files(meta, meta[key] ?? older, kind, root) : [];
      if (found.length > 0) return found;
    }
    return [];
  });
}

function files(meta: Values, fingerprint: unknown, kind: string, root: Values = {}): Files[] {
  if (typeof fingerprint !== "string" || !/^[0-9a-f]{64}$/.test(fingerprint)) return [];
  return [{ fingerprint, kind, size: sizeOf(meta["size"]) + sizeOf(root["size"]) }];
}

function imageOf(
  product: Values,
  { fingerprint, kind, size, serial, label }: Files & { readonly serial: string; readonly label: unknown },
  reader: StreamReader,
): StreamImage {
  const arch = textOf(product["arch"]);
  const architecture = daemonArchitecture(arch);
  const [os, release, title] = ["os", "release", "release_title"].map((key) => textOf(product[key]));
  const properties = {
    os: os!,
    release: release!,
    variant: textOf(product["variant"]),
    version: textOf(product["version"]),
    architecture: arch,
    label: textOf(label),
    serial,
    type: kind,
    description: [os, title || release, arch, `(${serial})`].filter((part) => part !== "").join(" "),
  };
  const names = textOf(product["aliases"]).split(",").map((name) => name.trim()).filter((name) =>
    name !== ""
  );
  return {
    aliases: architecture === reader.architecture ? names : names.map((name) => `${name}/${arch}`),
    fingerprint,
    type: kind.endsWith(".img") ? "virtual-machine" : "container",
    architecture,
    size,
    date: dateOf(serial),
    properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== "")),
  };
}

/** Returns the date that a serial begins with: `20260131_13:00`. */
function dateOf(serial: string): string {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(?:_(\d\d:\d\d))?/.exec(serial) ?? [];
  return `${year}-${month}-${day}${time === undefined ? "" : ` ${time}`}`;
}

function mapOf(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Values : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function sizeOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
