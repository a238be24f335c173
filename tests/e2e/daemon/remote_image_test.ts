import { assertEquals, assertStringIncludes } from "@std/assert";
import { plainConfig } from "../support/configs.ts";
import { onBoth } from "../support/daemon.ts";
import { serveImages } from "../support/image_server.ts";

onBoth("an image of a remote is pulled by the daemon, for launch and, before anything stops, for rebuild", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const product = `tiny-${name}`;
  const server = await serveImages(ground, "mine", { [product]: "tiny2" });
  try {
    const [listed, ...others] = JSON.parse(
      await ground.ok(["image", "list", "-json", "mine:TINY", "type=container"]),
    );
    assertEquals([listed.alias, others], [[`mine:${product}`], []]);
    await ground.write("a.yaml", plainConfig());
    await ground.write("b.yaml", plainConfig(`mine:${product}`));
    await ground.write("c.yaml", plainConfig("mine:no-such-image"));
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    const pid = (await ground.get(`/1.0/instances/${name}/state`)).pid;
    const missing = await ground.run(["rebuild", "-name", name, "c.yaml"]);
    assertEquals(missing.code, 4);
    assertStringIncludes(missing.stderr, "no-such-image");
    assertEquals((await ground.get(`/1.0/instances/${name}/state`)).pid, pid);
    await ground.ok(["rebuild", "-name", name, "b.yaml"]);
    // The list names the image that the daemon gets.
    const { config } = await ground.get(`/1.0/instances/${name}`);
    assertEquals(config["volatile.base_image"], listed.fingerprint);
    assertEquals(await ground.inside(name, "grep VERSION /etc/os-release"), "VERSION_ID=2");
    await ground.ok(["destroy", "--force", "-name", name, "b.yaml"]);
    await ground.ok(["launch", "-name", name, "b.yaml"]);
    assertEquals(await ground.inside(name, "grep VERSION /etc/os-release"), "VERSION_ID=2");
  } finally {
    await server.close();
  }
});
