import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places, socketVariable } from "../support/daemon.ts";
import { sh } from "../support/trees.ts";

const config = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
  kept: {pattern: ${places.directory}/(instance)-kept}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files}
  kept: {path: /kept, filesystem: kept}
`;

/** Runs lxops on a terminal of its own, on which an answer is typed. */
async function onTerminal(ground: Ground, args: readonly string[], answer: string): Promise<string> {
  const words = [...ground.daemon.argv, ...args].map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command("script", {
    args: ["-qec", words, "/dev/null"],
    cwd: ground.dir,
    env: socketVariable(ground.daemon),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    const before = text.includes("[y/N]");
    text += decoder.decode(chunk);
    if (!before && text.includes("[y/N]")) await writer.write(new TextEncoder().encode(`${answer}\n`));
  }
  await writer.close().catch(() => {});
  await child.status;
  return text;
}

inTurn(
  "destroy lists what it destroys, asks on a terminal, and destroys only what allows it; delete prints what remains",
  [
    "directory",
    "pool",
  ],
  async (ground) => {
    const name = ground.name();
    await ground.write("a.yaml", config());
    const is = ["-name", name, "a.yaml"];
    await ground.ok(["launch", ...is]);
    await sh(`zfs snapshot '${places.pool}/${name}@s1'; zfs snapshot '${places.pool}/${name}@s2'`);
    const remains = await ground.ok(["delete", "--force", ...is]);
    assertStringIncludes(remains, `remains: dataset ${places.pool}/${name} (`);
    assertStringIncludes(remains, "2 snapshots, 0 clones, at ");
    assertStringIncludes(remains, `remains: directory ${places.directory}/${name} (`);
    assertStringIncludes(remains, `remains: directory ${places.directory}/${name}-kept (`);
    await ground.ok(["launch", ...is]);
    const refused = await onTerminal(ground, ["destroy", "--force", ...is], "n");
    assertStringIncludes(refused, `  dataset ${places.pool}/${name} (`);
    assertStringIncludes(refused, "2 snapshots");
    assertStringIncludes(refused, `  directory ${places.directory}/${name} (`);
    assertStringIncludes(refused, "nothing was changed");
    assert(!refused.includes(`${name}-kept`));
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await onTerminal(ground, ["destroy", "--force", ...is], "y");
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
    assertEquals(await sh(`ls -d '${places.directory}/${name}'*`), `${places.directory}/${name}-kept\n`);
    assertEquals(await sh(`zfs list -H -o name | grep -x '${places.pool}/${name}' || true`), "");
    await sh(`rm -r '${places.directory}/${name}-kept'`);
  },
);
