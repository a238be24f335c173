import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTurn, places } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

const CONFIG = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems: {files: {pattern: ${places.directory}/(instance), destroy: true}}
devices: {www: {path: /srv/www, filesystem: files, dir: www}}
`;

inTurn("a directory's snapshots are renamed and destroyed with it, and those of another one are not", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const path = `${places.directory}/${name}`;
  const is = ["-name", name, "a.yaml"];
  await ground.write("a.yaml", CONFIG());
  await ground.ok(["launch", ...is]);
  try {
    await ground.ok(["snapshot", "-s", "s", ...is]);
    await sh(`mkdir '${path}-b@old' '${path}@cut.partial'; echo mine >'${path}@notes'`);
    const refused = await ground.run(["rename", "--force", "-name", name, "a.yaml", `${name}-b`]);
    assertEquals(refused.code, 8, refused.stderr);
    assertStringIncludes(refused.stderr, `"${path}-b@old" exists`);
    const { code, stderr } = await ground.run(["destroy", "--force", ...is]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `destroys snapshot ${path}@s`);
    assertEquals(await sh(`cd '${places.directory}'; ls -d '${name}'*`), `${name}-b@old\n${name}@notes\n`);
  } finally {
    await ground.run(["destroy", "--force", ...is]);
    await sh(`rm -rf '${path}'*`);
  }
});
