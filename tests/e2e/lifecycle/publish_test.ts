import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, onBoth } from "../support/daemon.ts";

/** Returns the compression of a file, or that it is a plain archive, from its first bytes. */
async function kindOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const start = new Uint8Array(512);
  await file.read(start);
  const hex = [...start.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex === "1f8b08") return "gzip";
  if (hex === "425a68") return "bzip2";
  if (hex === "28b52f") return "zstd";
  return new TextDecoder().decode(start.subarray(257, 262)) === "ustar" ? "none" : hex;
}

async function target(ground: Ground, alias: string): Promise<string> {
  return (await ground.get(`/1.0/images/aliases/${alias}`)).target;
}

async function published(ground: Ground, name: string, flags: readonly string[]): Promise<string> {
  const alias = `${name}-${flags.join("").replaceAll("-", "")}`;
  await ground.ok(["publish", "-alias", alias, ...flags, name, "org=it's", "variant=a/b", "name="]);
  const { properties } = await ground.get(`/1.0/images/${(await target(ground, alias))}`);
  assertEquals([properties.org, properties.variant, properties.name], ["it's", "a/b", undefined]);
  await ground.ok(["image", "export", alias, alias]);
  await ground.ok(["image", "delete", alias]);
  return await kindOf(`${ground.dir}/${alias}`);
}

onBoth(
  "publish compresses as requested, and writes the layout that the daemon supports",
  [],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await ground.ok(["instance", "stop", name]);
    for (const compression of ["none", "gzip", "bzip2"]) {
      assertEquals(await published(ground, name, ["-compression", compression]), compression);
    }
    assertEquals(await published(ground, name, ["-format", "unified", "-compression", "none"]), "none");
    const wrong = await ground.run(["publish", "-format", "round", name]);
    assertEquals([wrong.code, wrong.stderr], [2, 'lxops: --format is unified or split, not "round"\n']);
    const unknown = await ground.run(["publish", "-compression", "squeeze", "-alias", `${name}-u`, name]);
    assertEquals(unknown.code, 4);
    assertStringIncludes(unknown.stderr, "(POST /1.0/images");
    const { api_extensions } = await ground.get("/1.0");
    const split = await ground.run(["publish", "-format", "split", "-alias", `${name}-s`, name]);
    if (api_extensions.includes("instance_publish_split")) {
      assertEquals(split.code, 0, split.stderr);
      await ground.ok(["image", "export", `${name}-s`, "split"]);
      await Deno.stat(`${ground.dir}/split.root`);
      await ground.ok(["image", "delete", `${name}-s`]);
    } else {
      assertEquals(split.code, 4);
      assertStringIncludes(
        split.stderr,
        'lxops: This server lacks "instance_publish_split", which --format split needs',
      );
    }
  },
);
