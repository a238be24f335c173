/** Reports what the daemon prevents before an instance is stopped; a rebuild keeps the protection. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTurn } from "../support/daemon.ts";

const KEY = "security.protection.delete";
const OWNERS = "security.protection.shift";

inTurn(
  "a protected instance is not stopped before a refusal, and is protected after a rebuild",
  [],
  async (ground) => {
    const name = ground.name();
    const profile = `${ground.id}-guard`;
    const config = { [KEY]: "true", [OWNERS]: "true" };
    const change = (body: unknown, path: string) =>
      ground.ok(["query", "-X", "PATCH", "-d", JSON.stringify(body), path]);
    const instance = () => ground.get(`/1.0/instances/${name}`);
    await ground.ok([
      "query",
      "-X",
      "POST",
      "-d",
      JSON.stringify({ name: profile, config }),
      "/1.0/profiles",
    ]);
    await ground.write("a.yaml", `#lxops-v1\nostype: alpine\nimage: tiny\nprofiles: [default, ${profile}]\n`);
    const is = ["-name", name, "a.yaml"];
    try {
      await ground.ok(["launch", ...is]);
      for (const command of [["delete"], ["destroy"]]) {
        const { code, stderr } = await ground.run([...command, "-force", ...is]);
        assertEquals(code, 9, stderr);
        assertStringIncludes(stderr, `${KEY}: true of profile "${profile}"`);
        assertStringIncludes(stderr, "Nothing was changed");
      }
      assertEquals((await instance()).status, "Running");
      await ground.ok(["rebuild", ...is]);
      const { status, config: own, expanded_config: expanded } = await instance();
      // A key of its own would stay when the profile's goes.
      assertEquals([status, own[KEY], own[OWNERS], expanded[KEY], expanded[OWNERS]], [
        "Running",
        undefined,
        undefined,
        "true",
        "true",
      ]);
      await change({ config: { [KEY]: "yes" } }, `/1.0/instances/${name}`);
      await ground.ok(["rebuild", ...is]);
      assertEquals((await instance()).config[KEY], "yes");
      assertEquals(await ground.beside(name), []);
    } finally {
      for (const one of [name, ...await ground.beside(name)]) {
        await ground.run([
          "query",
          "-X",
          "PATCH",
          "-d",
          `{"config":{"${KEY}":"false"}}`,
          `/1.0/instances/${one}`,
        ]);
      }
      await ground.ok(["destroy", "-force", ...is]);
      await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${profile}`]);
    }
  },
);
