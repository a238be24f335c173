/**
 * The starter of an instance of an image.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { osTypeOfName } from "../../cloudconfig/model/ostype.ts";
import type { ImageInfo, ImageRemote } from "../../ports/mod.ts";
import { ociText } from "../instance/resolve/image.ts";
import { isPattern, type Keys, plainStarter, type Starter } from "./starter.ts";

/** The image of a starter that names none. */
export const DEFAULT_IMAGE = "images:alpine/3.22";

/**
 * Returns the starter of an instance of an image that the daemon has; `text` is the name of the image in the
 * configuration.
 */
export function starterOfImage(text: string, info: ImageInfo): Starter {
  const os = osTypeOfName(info.properties["os"] ?? "");
  const isMachine = info.type === "virtual-machine";
  const keys: Keys = {
    image: checked(text),
    ...(os ? { ostype: os.name } : {}),
    ...(isMachine ? { type: "virtual-machine" } : {}),
  };
  const description = info.properties["description"] ?? "";
  const about = description === "" ? [] : [`It says of itself: ${description}`];
  return withoutSystem({ ...plainStarter(keys), comments: { image: about } });
}

/** Returns the starter of an instance of an image of a server, or of no image in particular. */
export function starterOfRemoteImage(text: string, remote?: Pick<ImageRemote, "protocol">): Starter {
  const [server = "", alias = ""] = text.split(":");
  if (remote?.protocol === "oci") throw new UsageError(ociText(text, server));
  if (alias === "") throw new UsageError(`"${text}" names a server of images, and no image`);
  const os = osTypeOfName(alias.split("/")[0] ?? "") ?? osTypeOfName(server);
  return withoutSystem(plainStarter({ image: checked(text), ...(os ? { ostype: os.name } : {}) }));
}

function checked(text: string): string {
  if (isPattern(text) || text.includes("\0")) throw new UsageError(`"${text}" is no name of an image`);
  return text.replaceAll("$", "$$$$");
}

/** Adds a remark where nothing tells the distribution. */
export function withoutSystem(starter: Starter): Starter {
  if (starter.keys["ostype"] !== undefined) return starter;
  const message =
    "The image does not tell its distribution; with ostype in lxops.yaml, the directory can have a bootstrap.sh";
  return { ...starter, remarks: [...starter.remarks, { key: "ostype", message }] };
}
