/**
 * Copies of images that their servers have replaced by newer ones.
 *
 * @module
 */
import type { ImageInfo, ImageRemote } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";

/** Returns the fingerprints of images whose servers have others by now. */
export async function movedCopies(copies: readonly ImageInfo[], app: App): Promise<ReadonlySet<string>> {
  const remotes = copies.length > 0 ? [...await app.imageRemotes()] : [];
  const listed = new Map<string, Promise<readonly Listed[]>>();
  const moved = new Set<string>();
  for (const copy of copies) {
    const [remote, server] = remotes.find(([, { url }]) => sameUrl(url, copy.origin!.server)) ?? [];
    if (remote === undefined || !server) {
      app.complain(
        `lxops: note: no remote has the address "${copy.origin!.server}", from which image ` +
          `${copy.fingerprint.slice(0, 12)} was copied; it counts as current`,
      );
      continue;
    }
    const list = listed.get(remote) ?? listOf(remote, server, app);
    listed.set(remote, list);
    const there = (await list).filter(({ aliases }) => aliases.includes(copy.origin!.alias));
    const same = there.filter(({ type }) => type === "" || copy.type === "" || type === copy.type);
    if (same.length > 0 && same.every(({ fingerprint }) => fingerprint !== copy.fingerprint)) {
      moved.add(copy.fingerprint);
    }
  }
  return moved;
}

type Listed = Pick<ImageInfo, "aliases" | "fingerprint" | "type">;

async function listOf(remote: string, server: ImageRemote, app: App): Promise<readonly Listed[]> {
  if (server.protocol === "simplestreams") return (await app.imageStream(remote, server)).images;
  return await (await app.withRemote(remote).server()).images("default");
}

function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/+$/, "") === b.replace(/\/+$/, "");
}
