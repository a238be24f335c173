/** Containers that try to lead lxops, which runs as root, out of their devices while it works on them. */
import { assert, assertEquals } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { isWhole } from "../../support/sample.ts";
import { sh } from "../support/trees.ts";

/** A device around another one, so that the container can put a link in the place of the inner directory. */
function config(more = ""): string {
  return `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  all: {path: /data, filesystem: files, dir: .}
${more}`;
}

/** A directory of the host with a file, and what all of it looks like. */
async function hostDirectory(ground: Ground): Promise<{ path: string; look: () => Promise<string> }> {
  const path = `${ground.dir}/host`;
  await sh(`mkdir -p '${path}/dir'; echo secret >'${path}/dir/file'; chmod -R a+rX '${ground.dir}'`);
  return {
    path,
    look: () => sh(`cd '${path}'; find . -printf '%P %y %m %U:%G %T@ %C@\\n' | sort; cat dir/file`),
  };
}

/** Has a container turn `/data/inner` into a link to the host's directory and back, as fast as it can. */
async function race(ground: Ground, name: string, to: string): Promise<void> {
  await ground.inside(
    name,
    `mkdir -p /data/inner /data/etc; echo own >/data/inner/file; ln -sfn ${to} /data/link
     ln -sfn ${to} /data/etc/deep
     (while :; do mv -T /data/inner /data/real; ln -s ${to} /data/inner
       rm /data/inner; mv -T /data/real /data/inner; done) >/dev/null 2>&1 </dev/null &`,
  );
}

inTurn(
  "a container that turns its directories into links leads neither launch, rebuild nor destroy out of them",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const host = await hostDirectory(ground);
    const before = await host.look();
    await ground.write("a.yaml", config());
    // The same instance with a device in what the container races, and with one behind a link.
    await ground.write("b.yaml", config("  inner: {path: /inner, filesystem: files, dir: inner}\n"));
    await ground.write("c.yaml", config("  deep: {path: /deep, filesystem: files, dir: etc/deep/new}\n"));
    await ground.write("d.yaml", config("  new: {path: /new, filesystem: files, dir: inner/new}\n"));
    const is = (file: string) => ["-name", name, file];
    await ground.ok(["launch", ...is("a.yaml")]);
    for (let round = 0; round < (isWhole() ? 3 : 2); round++) {
      await race(ground, name, host.path);
      for (const file of ["b.yaml", "c.yaml", "d.yaml", "d.yaml"]) {
        await ground.run(["create-devices", ...is(file)]);
        await ground.run(["launch", "--resume", "--adopt", ...is(file)]);
      }
      await ground.ok(["rebuild", ...is("a.yaml")]);
      assertEquals(await host.look(), before);
    }
    const refused = await ground.run(["create-devices", ...is("c.yaml")]);
    assert(refused.code !== 0 && refused.stderr.includes("symlink"), refused.stderr);
    await race(ground, name, host.path);
    await ground.ok(["destroy", "--force", ...is("a.yaml")]);
    assertEquals(await host.look(), before);
    assertEquals(
      await sh(`ls -d '${places.directory}/${name}' 2>&1 || true`),
      `ls: cannot access '${places.directory}/${name}': No such file or directory\n`,
    );
  },
);
