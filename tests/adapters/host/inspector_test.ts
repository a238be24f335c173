import { assert, assertEquals } from "@std/assert";
import { DAEMONS } from "../../../backends/daemons.ts";
import { makeInspector } from "../../../lib/adapters/host/inspector.ts";

const signal = new AbortController().signal;
const inspector = makeInspector(() => undefined);

Deno.test("sockets() returns the result of connecting to each path", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const at = (name: string) => `${directory}/${name}`;
    Deno.listen({ transport: "unix", path: at("stale") }).close();
    // One whose listener is gone, as a daemon that was killed leaves it.
    const dead = await new Deno.Command(Deno.execPath(), {
      args: ["eval", `Deno.listen({ transport: "unix", path: ${JSON.stringify(at("dead"))} }); Deno.exit(0)`],
    }).output();
    assert(dead.success);
    await Deno.writeTextFile(at("file"), "");
    using _alive = Deno.listen({ transport: "unix", path: at("alive") });
    const places = { env: DAEMONS.incus.env, sockets: ["alive", "dead", "file", "absent"].map(at) };
    assertEquals(
      (await inspector.sockets(places, "", signal)).map(({ path, state }) => [path.split("/").at(-1), state]),
      [["alive", "alive"], ["dead", "refused"], ["file", "other"], ["absent", "absent"]],
    );
    assertEquals(await inspector.sockets(places, at("absent"), signal), [
      { path: at("absent"), source: "--socket", state: "absent" },
    ]);
    const named = makeInspector((name) => name === "INCUS_DIR" ? directory : undefined);
    assertEquals(await named.sockets(places, "", signal), [
      { path: `${directory}/unix.socket`, source: "INCUS_DIR", state: "absent" },
    ]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("texts(), places() and room() leave out missing paths", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const [file, gone] = [`${directory}/file`, `${directory}/gone`];
    await Deno.writeTextFile(file, "text\n");
    const texts = await inspector.texts([file, gone, "/proc/sys/kernel/ostype"], signal);
    assertEquals([...texts], [[file, "text\n"], ["/proc/sys/kernel/ostype", "Linux\n"]]);
    assertEquals([...await inspector.places([directory, file, gone], signal)], [
      [directory, "directory"],
      [file, "file"],
      [gone, undefined],
    ]);
    const [room, ...others] = await inspector.room([directory, file, gone], signal);
    assertEquals([room?.paths, others], [[directory, file], []]);
    assert(room!.bytes >= room!.freeBytes && room!.freeBytes > 0);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("user() has the ids of this process", async () => {
  const { uid, gids } = await inspector.user(signal);
  assertEquals([uid, gids.includes(Deno.gid()!)], [Deno.uid(), true]);
});
