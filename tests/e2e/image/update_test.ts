import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { connect } from "../../../scripts/testbed/rest.ts";
import { must } from "../../../scripts/testbed/run.ts";
import { type Ground, inTurn, onBoth } from "../support/daemon.ts";
import { serveImages } from "../support/image_server.ts";

interface Row {
  readonly fingerprint: string;
  readonly alias: string | readonly string[];
  readonly state: string;
}

async function rows(ground: Ground, ...args: readonly string[]): Promise<readonly Row[]> {
  const { code, stdout, stderr } = await ground.run(["image", ...args]);
  assertEquals([0, 10].includes(code), true, stderr);
  return JSON.parse(stdout);
}

inTurn(
  "image update builds what has changed, and image shell changes an image by hand",
  [],
  async (ground) => {
    const alias = `${ground.id}/web`;
    const write = (text: string) =>
      ground.write("a.cfg", `#cloud-config\nwrite_files: [{path: /etc/made, content: ${text}}]\n`);
    await ground.write("a.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n");
    await write("one");
    try {
      await ground.ok([
        "image",
        "build",
        "-alias",
        alias,
        "-check",
        "test -s /etc/made",
        "a.yaml",
        "team=it",
      ]);
      assertEquals(
        await rows(ground, "update", "-json", "--check-only", alias),
        [{ alias, state: "current" }] as never,
      );
      await write("two");
      const outdated = await ground.run(["image", "update", "--check-only", alias]);
      assertEquals([outdated.code, outdated.stdout], [
        10,
        `ALIAS${" ".repeat(alias.length - 4)}STATE\n${alias} outdated\n`,
      ]);
      const [updated] = await rows(ground, "update", "-json", alias);
      assertEquals(updated?.state, "built");
      const shown = JSON.parse(await ground.ok(["image", "show", "-json", alias]));
      assertEquals([shown.fingerprint, shown.properties.team], [updated?.fingerprint, "it"]);
      const differs = await ground.run(["image", "diff", "-files", alias]);
      assertEquals(differs.code, 10);
      assertStringIncludes(differs.stdout, "~ file    /etc/made  content\n");

      const failed = await ground.run(["image", "shell", alias, "--", "sh", "-c", "echo x >/etc/x; exit 3"]);
      assertEquals(failed.code, 5);
      assertStringIncludes(failed.stderr, `The image "${alias}" is as before`);
      assertEquals((await rows(ground, "history", "-json", alias)).length, 2);
      assertEquals(
        await ground.ok(["image", "shell", alias, "--", "sh", "-c", "echo x >/etc/x; echo y"]),
        "y\n",
      );
      const [edited, ...others] = await rows(ground, "history", "-json", alias);
      assertEquals([others.length, edited?.alias], [2, undefined]);
      assertStringIncludes((await ground.run(["image", "diff", alias])).stdout, "+ file    /etc/x\n");
      // An update of all images keeps what a user has changed by hand; one that names the image does not.
      const all = await rows(ground, "update", "-json", "--check-only");
      assertEquals(all.filter((row) => row.alias === alias), []);
      assertEquals((await ground.run(["image", "update", "--check-only", alias])).code, 10);
    } finally {
      const made: readonly Row[] = await rows(ground, "history", "-json", alias).catch(() => []);
      for (const { fingerprint } of made) await ground.run(["image", "delete", fingerprint]);
    }
  },
);

onBoth("image diff reads images that only the daemon can unpack", ["mksquashfs"], async (ground) => {
  const alias = `${ground.id}-squash`;
  using rest = connect(ground.daemon.socket!);
  const { target } = await ground.get("/1.0/images/aliases/tiny");
  // An image of two parts, as those of servers: its metadata, and a squashfs of its files, of which one is another.
  const into = `${ground.dir}/image`;
  await Deno.mkdir(into);
  await ground.ok(["image", "export", "tiny", `${into}/packed`]);
  const [file = ""] = await Array.fromAsync(Deno.readDir(into), ({ name }) => name);
  await must(["tar", "-xf", `${into}/${file}`, "-C", into]);
  await Deno.writeTextFile(`${into}/rootfs/etc/motd`, ground.id);
  await must(["tar", "-cf", `${into}/meta.tar`, "-C", into, "metadata.yaml"]);
  await must(["mksquashfs", `${into}/rootfs`, `${into}/root.squashfs`, "-quiet", "-no-progress"]);
  const form = new FormData();
  form.append("metadata", new Blob([await Deno.readFile(`${into}/meta.tar`)]), "meta.tar");
  form.append("rootfs", new Blob([await Deno.readFile(`${into}/root.squashfs`)]), "root.squashfs");
  const { fingerprint } = await rest.upload("/1.0/images", form, {}) as { readonly fingerprint: string };
  try {
    await rest.send("POST", "/1.0/images/aliases", { name: alias, target: fingerprint });
    const { code, stdout, stderr } = await ground.run(["image", "diff", "tiny", alias]);
    assertEquals([code, stdout], [10, "+ file    /etc/motd\n"], stderr);
    assertStringIncludes(
      stderr,
      `image "${alias}" is in two parts: the daemon unpacks it into instance "run-`,
    );
    const left: readonly { readonly config: Readonly<Record<string, string>> }[] = await ground.get(
      "/1.0/instances?recursion=1",
    );
    assertEquals(left.filter(({ config }) => config["volatile.base_image"] === fingerprint), []);
    assertEquals(target === fingerprint, false);
  } finally {
    await rest.send("DELETE", `/1.0/images/${fingerprint}`);
  }
});

inTurn("image update has the daemon refresh the copy of a server's image", [], async (ground) => {
  const alias = `${ground.id}-copy`;
  const product = `tiny-${ground.id}`;
  const server = await serveImages(ground, "mine", { [product]: "tiny" }, { mark: ground.id });
  const cache = `${dirname(ground.daemon.socket!)}/cache`;
  let moved: Awaited<ReturnType<typeof serveImages>> | undefined;
  try {
    await ground.ok(["image", "copy", "-alias", alias, `mine:${product}`]);
    assertEquals((await ground.run(["image", "update", "--check-only", alias])).code, 0);
    await server.close();
    moved = await serveImages(ground, "mine", { [product]: "tiny2" }, { mark: ground.id, port: server.port });
    assertEquals((await ground.run(["image", "update", "--check-only", alias])).code, 10);
    const before = (await ground.get(`/1.0/images/aliases/${alias}`)).target;
    const early = await ground.run(["image", "update", alias]);
    assertEquals(early.code, 10);
    assertStringIncludes(early.stderr, "keeps the list of a server for an hour");
    // An hour later:
    for await (const { name } of Deno.readDir(cache)) {
      await Deno.remove(`${cache}/${name}`, { recursive: true });
    }
    await ground.ok(["image", "update", alias]);
    const after = (await ground.get(`/1.0/images/aliases/${alias}`)).target;
    assertEquals(before === after, false);
    assertEquals((await ground.run(["image", "update", "--check-only", alias])).code, 0);
  } finally {
    await ground.run(["image", "delete", alias]);
    await moved?.close();
  }
});
