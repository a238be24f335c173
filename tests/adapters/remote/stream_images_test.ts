import { assertEquals } from "@std/assert";
import { imagesOf, listsOf } from "../../../lib/adapters/remote/stream_images.ts";

const INCUS = { protocol: "incus", architecture: "x86_64" };
const sha = (digit: string) => digit.repeat(64);

/** A product as images.linuxcontainers.org has them. */
const ALPINE = {
  aliases: "alpine/3.22/default, alpine/3.22",
  arch: "amd64",
  os: "Alpine",
  release: "3.22",
  release_title: "3.22",
  variant: "default",
  requirements: { secureboot: "false" },
  versions: {
    "20260130_13:00": { items: { "incus.tar.xz": { ftype: "incus.tar.xz", size: 1 } } },
    "20260131_13:00": {
      items: {
        "incus.tar.xz": {
          ftype: "incus.tar.xz",
          size: 1000,
          path: "images/alpine/incus.tar.xz",
          combined_squashfs_sha256: sha("a"),
          combined_rootxz_sha256: sha("b"),
          "combined_disk-kvm-img_sha256": sha("c"),
        },
        "lxd.tar.xz": { ftype: "lxd.tar.xz", size: 900, combined_squashfs_sha256: sha("d") },
        "root.squashfs": { ftype: "squashfs", size: 5000 },
        "rootfs.tar.xz": { ftype: "root.tar.xz", size: 4000 },
        "disk.qcow2": { ftype: "disk-kvm.img", size: 90000 },
      },
    },
    "20260201_13:00": { items: { "x.txt": { ftype: "text" } } },
  },
};

Deno.test("imagesOf() returns the newest version for containers and for virtual machines", () => {
  const [container, machine, ...others] = imagesOf({ products: { "alpine:3.22:amd64": ALPINE } }, INCUS);
  assertEquals(container, {
    aliases: ["alpine/3.22/default", "alpine/3.22"],
    fingerprint: sha("a"),
    type: "container",
    architecture: "x86_64",
    size: 6000,
    date: "2026-01-31 13:00",
    properties: {
      os: "Alpine",
      release: "3.22",
      variant: "default",
      architecture: "amd64",
      serial: "20260131_13:00",
      type: "squashfs",
      description: "Alpine 3.22 amd64 (20260131_13:00)",
    },
  });
  assertEquals([machine?.type, machine?.fingerprint, machine?.size], ["virtual-machine", sha("c"), 91000]);
  assertEquals(others, []);
});

Deno.test("imagesOf() takes the format of the daemon, and names of other architectures with these", () => {
  const lxd = imagesOf({ products: { a: { ...ALPINE, arch: "arm64" } } }, { ...INCUS, protocol: "lxd" });
  assertEquals(lxd.map(({ fingerprint, architecture, aliases }) => [fingerprint, architecture, aliases]), [
    [sha("d"), "aarch64", ["alpine/3.22/default/arm64", "alpine/3.22/arm64"]],
  ]);
  const whole = { ftype: "lxd_combined.tar.gz", sha256: sha("e"), size: 7 };
  const versions = { "20260131": { items: { whole }, label: "release" } };
  const [image] = imagesOf({ products: { a: { arch: "amd64", aliases: "tiny", versions } } }, {
    ...INCUS,
    protocol: "lxd",
  });
  assertEquals([image?.fingerprint, image?.date, image?.properties["label"]], [
    sha("e"),
    "2026-01-31",
    "release",
  ]);
});

Deno.test("imagesOf() and listsOf() leave out entries of another form", () => {
  const item = { ftype: "incus_combined.tar.gz", sha256: sha("e"), size: -1 };
  for (
    const products of [
      null,
      [],
      { a: null, b: "x", c: { versions: [] }, d: { versions: { soon: { items: { item } } } } },
      { a: { versions: { "20260131": { items: { item: { ...item, sha256: "../../etc" } } } } } },
      { a: { versions: { "20260131": { items: { item: { ...item, ftype: "lxd_combined.tar.gz" } } } } } },
    ]
  ) assertEquals(imagesOf({ products }, INCUS), []);
  const [image] = imagesOf(
    { products: { a: { arch: 5, versions: { "20260131": { items: { item } } } } } },
    INCUS,
  );
  assertEquals([image?.size, image?.architecture, image?.aliases], [0, "", []]);
  const entry = (path: unknown, more = {}) => ({
    datatype: "image-downloads",
    format: "products:1.0",
    path,
    ...more,
  });
  const index = {
    a: entry("streams/v1/images.json"),
    b: entry("streams/v1/com.ubuntu.cloud:released:download.json"),
    c: entry("https://other/x.json"),
    d: entry("/etc/passwd"),
    e: entry("streams/../../x.json"),
    f: entry("streams/v1/x.json", { datatype: "image-ids" }),
    g: entry(5),
    h: entry("streams/v1/x.json?y"),
    i: entry("streams//x.json"),
  };
  assertEquals(listsOf({ index }), [
    "streams/v1/images.json",
    "streams/v1/com.ubuntu.cloud:released:download.json",
  ]);
  assertEquals(
    listsOf({ index: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [n, entry(`x${n}`)])) }).length,
    20,
  );
  assertEquals([listsOf(null), listsOf({ index: 5 }), listsOf([])], [[], [], []]);
});
