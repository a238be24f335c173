/**
 * The images that a bed's daemons have, by alias.
 *
 * @module
 */
import { debianImage } from "./debian_image.ts";
import { connect } from "./rest.ts";
import { tinyImage, type TinyKind } from "./tiny_image.ts";

/** Aliases of the images. */
export const IMAGE_NAMES = ["tiny", "tiny2", "nosh", "nonet", "slow", "busy", "debian"] as const;

/** Name of an image. */
export type ImageName = TinyKind | "debian";

/** Makes an image and gives it to the daemons that do not have it. */
export async function importImage(name: ImageName, sockets: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const socket of sockets) {
    using rest = connect(socket);
    const aliases = await rest.send("GET", "/1.0/images/aliases") as string[];
    if (!aliases.includes(`/1.0/images/aliases/${name}`)) missing.push(socket);
  }
  if (missing.length === 0) return;
  const image = name === "debian" ? await debianImage() : await tinyImage(name);
  for (const socket of missing) {
    using rest = connect(socket);
    const body = typeof image === "string" ? (await Deno.open(image)).readable : image;
    const metadata = await rest.upload("/1.0/images", body, { "Content-Type": "application/octet-stream" });
    const { fingerprint } = metadata as { fingerprint: string };
    await rest.send("POST", "/1.0/images/aliases", { name, target: fingerprint });
  }
}
