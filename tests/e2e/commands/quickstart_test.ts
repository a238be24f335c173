/** The quickstart beside a daemon that a user has set up, which private mounts put in the usual place. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, onEither } from "../support/daemon.ts";

const SCRIPT = new URL("../../../scripts/quickstart.ts", import.meta.url).pathname;

async function quickstart(ground: Ground, ...args: readonly string[]) {
  const name = ground.daemon.title === "Incus" ? "incus" : "lxd";
  const mounts = `for d in incus lxd; do mkdir -p "/var/lib/$d"; mount -t tmpfs none "/var/lib/$d"; done
    touch /var/lib/${name}/unix.socket; mount --bind '${ground.daemon.socket}' /var/lib/${name}/unix.socket
    exec "$@"`;
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: [
      ...["--mount", "--propagation", "private", "sh", "-ec", mounts, "sh"],
      ...[Deno.execPath(), "run", "-A", "-q", SCRIPT, ...args],
    ],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

onEither("the quickstart uses a daemon of the machine only if somebody agrees", ["bed"], async (ground) => {
  // The daemon lists them in any order.
  const imagesNow = async () => (await ground.get("/1.0/images") as readonly string[]).toSorted();
  const images = await imagesNow();
  const { code, stdout, stderr } = await quickstart(ground);
  assertEquals(code, 2);
  assertStringIncludes(stdout, `${ground.daemon.title} runs on this machine (/var/lib/`);
  assertStringIncludes(stderr, "Nothing was done:");
  assertStringIncludes(stderr, "To use it: ./scripts/quickstart --yes");
  assertEquals(await imagesNow(), images);
  const wrong = await quickstart(ground, "--al");
  assertEquals([wrong.code, wrong.stderr.includes('unknown argument "--al"')], [2, true]);
});
