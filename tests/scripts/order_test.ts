import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, relative } from "@std/path";
import { DEBIAN, INCUS7, LONG, orderOf, share, withLater, withOwn } from "../../scripts/suite/order.ts";

Deno.test("every file of end-to-end tests runs once, side by side or alone", async () => {
  const directory = fromFileUrl(new URL("../e2e/", import.meta.url));
  const files = await Array.fromAsync(walk(directory, { includeDirs: false, match: [/_test\.ts$/] }));
  const names = files.map(({ path }) => relative(directory, path));
  const { beside, debian, incus7, alone } = orderOf([...names, "aaa_new_test.ts"]);
  assertEquals(
    [...beside, ...debian, ...incus7, ...alone].toSorted(),
    ["aaa_new_test.ts", ...names].toSorted(),
  );
  const uses = await Promise.all(names.map(async (name) => {
    const text = await Deno.readTextFile(`${directory}${name}`);
    return /image: "?debian|\? "debian" :|alias: "debian"|"debian\.yaml"|importCloudImage|withServices|hand_made/
        .test(text)
      ? [name]
      : [];
  }));
  assertEquals(uses.flat().toSorted(), DEBIAN.toSorted());
  const younger = await Promise.all(names.map(async (name) => {
    const text = await Deno.readTextFile(`${directory}${name}`);
    return /^(onAll|onSomeOfAll|onIncus7)\(/m.test(text) ? [name] : [];
  }));
  assertEquals(younger.flat().toSorted(), INCUS7.toSorted());
  // A name without a file would have no effect.
  assertEquals(alone, [
    "cloudconfig/speed_test.ts",
    "commands/counts_test.ts",
    "daemon/cluster_test.ts",
    "daemon/stops_test.ts",
  ]);
  assertEquals(beside[0], LONG[0]);
  assertEquals(LONG.filter((name) => !names.includes(name)), []);
});

Deno.test("withLater() yields values that become ready before the rest, and waits at the end", async () => {
  const ready = Promise.withResolvers<void>();
  const items = withLater(["a", "b", "c"], ["x", "y"], ready.promise);
  const first = (await items.next()).value;
  ready.resolve();
  await ready.promise;
  await Promise.resolve();
  assertEquals([first, ...await Array.fromAsync(items)], ["a", "x", "y", "b", "c"]);
  const failed = withLater(["a"], ["x"], Promise.reject(new Error("no image")));
  assertEquals(await Array.fromAsync(failed), ["a", "x"]);
});

Deno.test("withOwn() yields a worker's own items when they are ready, and waits for them at the end", async () => {
  const queue = () => withLater(["a", "b"], [], Promise.resolve());
  assertEquals(await Array.fromAsync(withOwn(queue(), [], Promise.resolve())), ["a", "b"]);
  const ready = Promise.withResolvers<void>();
  const items = withOwn(queue(), ["x", "y"], ready.promise);
  const first = (await items.next()).value;
  ready.resolve();
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
  assertEquals([first, ...await Array.fromAsync(items)], ["a", "x", "y", "b"]);
  const failed = await Array.fromAsync(withOwn(queue(), ["x"], Promise.reject(new Error("none"))));
  assertEquals(failed.toSorted(), ["a", "b", "x"]);
});

Deno.test("workers share all items, and a slow worker holds up no other", async () => {
  const held = Promise.withResolvers<void>();
  const done: string[] = [];
  await share(["a", "b"], [1, 2, 3, 4], async (worker, item) => {
    if (item === 1) await held.promise;
    done.push(`${worker}${item}`);
    if (item === 4) held.resolve();
  });
  assertEquals(done, ["b2", "b3", "b4", "a1"]);
  await share([], [1], () => Promise.resolve(void done.push("none")));
  assertEquals(done.length, 4);
});
