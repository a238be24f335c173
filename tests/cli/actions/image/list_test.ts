import { assertEquals, assertStringIncludes } from "@std/assert";
import { fitsAll } from "../../../../lib/cli/actions/image/filter.ts";
import type { StreamImage } from "../../../../lib/ports/streams.ts";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const ALPINE: StreamImage = {
  aliases: ["alpine/3.22/default", "alpine/3.22"],
  fingerprint: "a".repeat(64),
  type: "container",
  architecture: "x86_64",
  size: 3 * 1024 * 1024,
  date: "2026-01-31 13:00",
  properties: {
    os: "Alpine",
    release: "3.22",
    variant: "default",
    description: "Alpine 3.22 amd64 (20260131_13:00)",
  },
};
const STREAMS: readonly StreamImage[] = [
  { ...ALPINE, type: "virtual-machine", fingerprint: "b".repeat(64) },
  ALPINE,
  { ...ALPINE, aliases: ["debian/13"], properties: { os: "Debian\u001b[2J" } },
  { ...ALPINE, architecture: "aarch64", aliases: ["alpine/3.22/arm64"] },
];

async function listed(...args: readonly string[]) {
  const world = worldOf({
    images: [{ aliases: ["tiny"] }, { aliases: ["web"], fingerprint: "1".repeat(64) }],
  });
  return await run(["image", "list", ...args], { world, controls: noControls, streams: STREAMS });
}

Deno.test("image list of a server shows the names that can follow image:, for this machine", async () => {
  const { stdout, code } = await listed("images:alpine", "os=ALPINE");
  assertEquals(code, 0);
  assertEquals(stdout.split("\n"), [
    "ALIAS              FINGERPRINT  TYPE            ARCH   SIZE   DATE             DESCRIPTION",
    "images:alpine/3.22 aaaaaaaaaaaa container       x86_64 3.0MiB 2026-01-31 13:00 Alpine 3.22 amd64 (20260131_13:00)",
    "images:alpine/3.22 bbbbbbbbbbbb virtual-machine x86_64 3.0MiB 2026-01-31 13:00 Alpine 3.22 amd64 (20260131_13:00)",
    "",
  ]);
});

Deno.test("image list of a server has all architectures with -a, and all names as JSON", async () => {
  assertEquals((await listed("images:")).stdout.includes("arm64"), false);
  assertStringIncludes((await listed("-a", "images:")).stdout, "images:alpine/3.22/arm64 ");
  const [first] = JSON.parse(
    (await listed("-json", "images:", "aaaa", "type=container", "release=3.22")).stdout,
  );
  assertEquals([first.alias, first.size, first.date], [
    ["images:alpine/3.22", "images:alpine/3.22/default"],
    3 * 1024 * 1024,
    "2026-01-31 13:00",
  ]);
});

Deno.test("image list shows no control character, and refuses images of one program and a project of a server", async () => {
  assertEquals((await listed("images:debian")).stdout.includes("\u001b"), false);
  assertStringIncludes((await listed("docker:x")).stderr, "is an OCI image");
  assertStringIncludes((await listed("-project", "web", "images:")).stderr, "--project is for daemons");
});

Deno.test("image list of a daemon takes filters, too", async () => {
  assertEquals((await listed("web")).stdout.split("\n").length, 3);
  assertEquals((await listed("1111", "nothing")).stdout.split("\n").length, 2);
});

Deno.test("fitsAll() compares properties as a whole, and names in part", () => {
  const fits = (...filters: readonly string[]) => fitsAll(ALPINE, filters);
  assertEquals([fits(), fits("PINE/3"), fits("arch=x86_64", "OS=alpine"), fits("aaa", "(2026")], [
    true,
    true,
    true,
    true,
  ]);
  assertEquals([fits("os=alp"), fits("alpine", "debian"), fits("aab"), fits("=x")], [
    false,
    false,
    false,
    false,
  ]);
});
