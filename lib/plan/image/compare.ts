/**
 * Differences between the contents of two images, as data.
 *
 * @module
 */
import { compareTexts } from "../../base/order.ts";
import { packagesOf } from "./packages.ts";

/** A file of an image. Its time does not count: it differs where nothing else does. */
export interface ImageFile {
  readonly type: "file" | "directory" | "link" | "device" | "pipe";
  readonly mode: number;
  /** `UID:GID` in the image. */
  readonly owner: string;
  /** SHA-256 of a file, target of a link, numbers of a device. */
  readonly content: string;
  /** Extended attributes and ACLs. */
  readonly attributes: string;
}

/** Contents of an image. */
export interface ImageContents {
  readonly files: ReadonlyMap<string, ImageFile>;
  /** Texts of the files that list packages. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A package or file that differs between two images, or is only in one of them. */
export interface ImageDifference {
  readonly kind: "package" | "file";
  readonly sign: "+" | "-" | "~";
  readonly name: string;
  /** Versions of a package, or the differing parts of a file. */
  readonly what: string;
}

/** The differences of two images. */
export interface ImageDifferences {
  readonly all: readonly ImageDifference[];
  /** The list of packages of an image cannot be read. */
  readonly unread: boolean;
}

/** Compares two images: parts that only the second one has are `+`. */
export function compareImages(a: ImageContents, b: ImageContents): ImageDifferences {
  const [one, other] = [a, b].map(({ files, texts }) => packagesOf(files.keys(), texts)) as [
    ReturnType<typeof packagesOf>,
    ReturnType<typeof packagesOf>,
  ];
  return {
    all: [
      ...differences(one.versions, other.versions, (from, to) => from === to ? "" : `${from} -> ${to}`)
        .map((difference) => ({
          ...difference,
          kind: "package" as const,
          what: difference.sign === "~"
            ? difference.what
            : (difference.sign === "+" ? other : one).versions.get(difference.name) ?? "",
        })),
      ...differences(a.files, b.files, changedParts).map((difference) => ({
        ...difference,
        kind: "file" as const,
      })),
    ],
    unread: one.unread || other.unread,
  };
}

function differences<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  changed: (from: T, to: T) => string,
): Pick<ImageDifference, "sign" | "name" | "what">[] {
  const found: Pick<ImageDifference, "sign" | "name" | "what">[] = [];
  for (const [name, from] of a) {
    const to = b.get(name);
    if (to === undefined) found.push({ sign: "-", name, what: "" });
    else {
      const what = changed(from, to);
      if (what !== "") found.push({ sign: "~", name, what });
    }
  }
  for (const name of b.keys()) if (!a.has(name)) found.push({ sign: "+", name, what: "" });
  return found.sort((x, y) => compareTexts(x.name, y.name));
}

/** Returns the differing parts of a file, with commas. */
function changedParts(from: ImageFile, to: ImageFile): string {
  const parts = ["type", "content", "mode", "owner", "attributes"] as const;
  return parts.filter((part) => from[part] !== to[part]).join(",");
}
