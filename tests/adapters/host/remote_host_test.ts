import { assertEquals } from "@std/assert";
import { readLook, together } from "../../../lib/adapters/host/remote_host.ts";

Deno.test("readLook() reads the output of stat for a path", () => {
  const paths = ["/a", "/b", "/c", "/d"];
  const kind = (line: string) => readLook(line, paths)[1].kind;
  assertEquals(readLook("1 41c0 1000 100 4096 64769", paths), ["/b", {
    kind: "directory",
    mode: 0o700,
    uid: 1000,
    gid: 100,
    size: 4096,
    device: 64769,
  }]);
  assertEquals(["0 81a4 0 0 1 1", "2 a1ff 0 0 1 1", "3 11a4 0 0 0 1"].map(kind), [
    "file",
    "symlink",
    "other",
  ]);
});

Deno.test("together() makes one question of those that are asked at once", async () => {
  const asked: (readonly string[])[] = [];
  const ask = together((paths) => {
    asked.push(paths);
    return Promise.resolve(
      new Map(paths.filter((path) => path !== "none").map((path) => [path, `${path}!`])),
    );
  });
  assertEquals(await Promise.all(["a", "none", "b", "a"].map(ask)), ["a!", undefined, "b!", "a!"]);
  assertEquals(await ask("c"), "c!");
  assertEquals(asked, [["a", "none", "b"], ["c"]]);
});
