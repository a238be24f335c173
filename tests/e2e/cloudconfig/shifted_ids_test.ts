/**
 * A rebuild to an image that gives system users other ids: two images, each of a debootstrap of its own, with packages
 * installed in another order. They take minutes to make, so that only a whole run (LXOPS_TEST_CUTS=all) does.
 */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { isWhole } from "../../support/sample.ts";
import { onBoth, places } from "../support/daemon.ts";
import { debianPair, PACKAGES } from "../support/debian_pair.ts";

const USERS = Object.values(PACKAGES);

if (isWhole()) {
  onBoth(
    "different system users of two images are reported, refused without downtime, and mended",
    ["directory"],
    async (ground) => {
      const name = ground.name();
      const images = await debianPair();
      const aliases = images.map((_, index) => `${ground.id}-debian-${index}`);
      for (const [index, file] of images.entries()) {
        await ground.ok(["image", "import", "-alias", aliases[index]!, file]);
      }
      const write = (index: number, more = "") =>
        ground.write(
          "s.yaml",
          `#lxops-v1\nostype: debian\nimage: ${aliases[index]}\n` +
            `filesystems: {data: {pattern: "${places.directory}/(instance)", destroy: true}}\n` +
            `devices: {data: {path: /srv/data, filesystem: data}}\n${more}`,
        );
      const is = ["-name", name, "s.yaml"];
      const ids = async () =>
        await ground.inside(name, USERS.map((user) => `id -u ${user}; id -g ${user}`).join("; "));
      const owners = async () =>
        await ground.inside(name, "cd /srv/data; stat -c '%n %U %G' *; stat -c '%U' tcpdump/below");
      try {
        await write(0);
        await ground.ok(["launch", ...is]);
        await ground.inside(
          name,
          `cd /srv/data; mkdir ${USERS.join(" ")}; : >tcpdump/below; ` +
            USERS.map((user) => `chown -R ${user}:$(id -g ${user}) ${user}`).join("; "),
        );
        const [before, mine] = [await ids(), await owners()];
        // It is refused while the old one runs, and goes on doing so.
        await write(1, "ids: refuse\n");
        const since = "cut -d' ' -f22 /proc/1/stat";
        const started = await ground.inside(name, since);
        const refused = await ground.run(["rebuild", ...is]);
        assertEquals(refused.code, 9, refused.stderr);
        assertEquals(await ground.inside(name, since), started);
        assertEquals(await ground.beside(name), []);
        // lxops renumbers no image: it says both numbers before the old one stops, and how to go on.
        await write(1);
        const { code, stderr } = await ground.run(["rebuild", "-v", ...is]);
        assertEquals(code, 0, stderr);
        const after = await ids();
        assertNotEquals(after, before);
        const told = stderr.slice(0, stderr.indexOf("Stop instance"));
        const [old, now] = [before, after].map((text) =>
          text.split("\n").filter((_, index) => index % 2 === 0)
        );
        for (const [index, user] of USERS.entries()) {
          if (old![index] === now![index]) continue;
          const text = `user ${user} has id ${old![index]} in the old root filesystem and ${
            now![index]
          } in the new one`;
          assertStringIncludes(told, text);
          assertStringIncludes(refused.stderr, text);
        }
        assertNotEquals(await owners(), mine);
        const cures = [...told.matchAll(/note: {3}(find .*)$/gm)].map(([, cure]) => cure!);
        assert(cures.length > 0, told);
        await ground.inside(name, cures.join("\n"));
        assertEquals(await owners(), mine);
      } finally {
        await ground.run(["destroy", "--force", "-wait-stop", "0", ...is]);
        for (const alias of aliases) await ground.run(["image", "delete", alias]);
      }
    },
  );
}
