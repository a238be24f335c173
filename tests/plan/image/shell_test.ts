import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { type ImageShellOptions, planImageShell } from "../../../lib/plan/image/shell.ts";
import { built } from "../../support/built_images.ts";

const IMAGE = built("1", 1, { aliases: ["web"] });
const PROFILE = {
  name: "default",
  project: "p",
  description: "",
  usedBy: [],
  config: { "security.protection.delete": "true" },
  devices: {
    root: { type: "disk", path: "/", pool: "default" },
    data: { type: "disk", path: "/data", source: "/srv/data" },
    eth0: { type: "nic", network: "br0" },
  },
};

function planned(more: Partial<ImageShellOptions> = {}) {
  return planImageShell({
    ...{
      project: "p",
      alias: "web",
      image: IMAGE,
      name: "build-1",
      run: "run",
      random: "0123456789ab",
      profiles: [PROFILE],
    },
    ...{
      argv: ["/bin/sh", "-l"],
      terminal: true,
      hostKeys: "new",
      built: "2026-02-01T00:00:00Z",
      serial: "7",
    },
    ...{ compression: "none", stopSeconds: 9 },
    ...more,
  });
}

Deno.test("planImageShell() makes an instance without the host's devices, and takes it back where the shell fails", () => {
  const [create, start, shell] = planned().steps;
  assertEquals<unknown>(create?.effect, {
    kind: "send",
    method: "POST",
    path: "/1.0/instances?project=p",
    body: {
      name: "build-1",
      type: "container",
      source: { type: "image", fingerprint: "1".repeat(64) },
      profiles: ["default"],
      config: { "security.protection.delete": "false", "user.lxops.run": "p/build-1 run" },
      devices: { data: { type: "none" } },
      ephemeral: false,
      description: "",
    },
  });
  assertEquals([create?.opens?.kind, start?.title, shell?.effect.kind], [
    "throw-away",
    "Start instance build-1",
    "shell",
  ]);
  assertEquals(shell?.advice?.[0]?.includes("is as before"), true);
});

Deno.test("planImageShell() publishes with the image's properties, and moves the name in the end", () => {
  const publish = planned().steps.find(({ effect }) => effect.kind === "publish")?.effect;
  if (publish?.kind !== "publish") throw new Error("nothing is published");
  assertEquals<unknown>(publish.body, {
    source: { type: "container", name: "build-1" },
    properties: { serial: "7" },
    public: false,
    compression_algorithm: "none",
  });
  assertEquals([publish.alias, publish.moves, publish.notes], ["web", true, {
    "lxops.alias": "web",
    "lxops.built": "2026-02-01T00:00:00Z",
    "lxops.key": "edited",
    "lxops.base": "1".repeat(64),
    "lxops.base-alias": "web",
    "lxops.previous": "1".repeat(64),
  }]);
  const last = planned().steps.at(-1);
  assertEquals([last?.effect.kind, last?.closes], ["discard", {
    kind: "throw-away",
    project: "p",
    name: "build-1",
  }]);
});

Deno.test("planImageShell() keeps the recipe of an image, with which image update builds it anew", () => {
  const notes = {
    "lxops.key": "k",
    "lxops.recipe": "/c/a.yaml",
    "lxops.base": "2",
    "lxops.base-alias": "tiny",
  };
  const image = { ...IMAGE, properties: { ...IMAGE.properties, ...notes, os: "x" } };
  const publish = planned({ image }).steps.find(({ effect }) => effect.kind === "publish")?.effect;
  assertEquals(publish?.kind === "publish" && publish.notes, {
    "lxops.alias": "web",
    "lxops.built": "2026-02-01T00:00:00Z",
    ...notes,
    "lxops.key": "edited",
    "lxops.previous": "1".repeat(64),
  });
});

Deno.test("planImageShell() refuses the disk of a virtual machine", () => {
  const error = assertThrows(() => planned({ image: { ...IMAGE, type: "virtual-machine" } }), StateError);
  assertStringIncludes(error.message, "the disk of a virtual machine");
});

Deno.test("planImageShell() refuses a profile whose raw.lxc can mount directories of the host", () => {
  const config = { "raw.lxc": "lxc.mount.entry = /host/dir var/tmp none bind,create=dir 0 0" };
  const error = assertThrows(() => planned({ profiles: [{ ...PROFILE, config }] }), StateError);
  assertStringIncludes(error.message, "raw.lxc, of its configuration or of its profiles");
});
