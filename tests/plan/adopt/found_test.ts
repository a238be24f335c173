/** The answer of an instance about its changes: everything hostile is left out or bounded. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { madeScript, parseMade } from "../../../lib/plan/adopt/found.ts";
import { parseContents, takenScript } from "../../../lib/plan/adopt/contents.ts";
import { MOST } from "../../../lib/plan/adopt/choose.ts";

/** Returns an answer with these lines. */
function answer(...lines: readonly string[]): string {
  return [...lines, "seen\t9", "total\t0", "odd\t0", "lxops end", ""].join("\n");
}

const file = (path: string, bytes = 5) => ({ path, mode: "644", user: "root", group: "root", bytes });

Deno.test("parseMade() takes users, groups, packages and files of the expected forms", () => {
  const found = parseMade(
    answer(
      "release\tID=debian",
      "manager\tdpkg-query",
      "looked\tapt",
      "package\tnginx",
      "user\tann:x:1001:1001:Ann:/home/ann:/bin/sh",
      "group\tann:x:1001:",
      "group\tsudo:x:27:ann,b b",
      "password\tann",
      "key\tann\tssh-ed25519 AAAA ann",
      "unit\tenable\tactive\tapp.service",
      "zone\tEurope/Berlin",
      "hostname\tweb.example",
      "hosts\t10.0.0.1 db",
      "file\t755\troot\troot\t5\tregular file\t/usr/local/bin/x y",
      "file\t777\troot\troot\t5\tsymbolic link\t/etc/link",
      "link\t/opt/app\t/etc/link",
      "many\t500\t7000\t/opt/app",
    ),
    "web",
  );
  assertEquals(found.packages, ["nginx"]);
  assertEquals(found.users.map(({ name, uid, hasPassword, keys }) => [name, uid, hasPassword, keys]), [
    ["ann", 1001, true, ["ssh-ed25519 AAAA ann"]],
  ]);
  assertEquals(found.groups.map(({ members }) => members), [[], ["ann"]]);
  assertEquals(found.units, [{ name: "app.service", what: "enable", isActive: true }]);
  assertEquals([found.zone, found.hostname, found.hosts], ["Europe/Berlin", "web.example", ["10.0.0.1 db"]]);
  assertEquals(found.files.map(({ path, target }) => [path, target]), [
    ["/usr/local/bin/x y", undefined],
    ["/etc/link", "/opt/app"],
  ]);
  assertEquals(found.many, [{ path: "/opt/app", count: 500, bytes: 7000 }]);
  assertEquals(parseMade(answer(), "web").packages, undefined);
});

Deno.test("parseMade() leaves out what no instance tells honestly", () => {
  const found = parseMade(
    answer(
      "user\t-rf:x:1001:1001::/:/bin/sh",
      "user\tann;reboot:x:1001:1001::/:/bin/sh",
      "user\tann:x:-1:1001::/:/bin/sh",
      "user\tann:x:1e9:1001::/:/bin/sh",
      "user\tann:x:1001:1001::/:/bin/sh:more",
      "group\ta b:x:1:",
      "unit\tenable\tactive\t--root=/",
      "unit\tenable\tactive\ta b.service",
      "unit\tstart\tactive\tx.service",
      "service\t../x\tsshd",
      "zone\t../../etc/shadow",
      "hostname\t$(reboot)",
      "file\t999\troot\troot\t5\tregular file\t/etc/x",
      "file\t644\troot\troot\t-5\tregular file\t/etc/x",
      "file\t644\troot\troot\t5\tregular file\t/etc/../root/x",
      "file\t644\troot\troot\t5\tregular file\t/proc/1/environ",
      "file\t644\troot\troot\t5\tfifo\t/etc/fifo",
      "file\t777\troot\troot\t5\tsymbolic link\t/etc/link",
      `file\t644\troot\troot\t5\tregular file\t/etc/${"x".repeat(20_000)}`,
      "many\t5\tx\t/opt",
      "folder\t755\troot\troot\t/",
    ),
    "web",
  );
  const { users, groups, units, files, many, folders, zone, hostname } = found;
  assertEquals([users, groups, units, files, many, folders, zone, hostname], [
    ...[[], [], [], [], [], []],
    ...[undefined, undefined],
  ]);
});

Deno.test("parseMade() refuses an answer that has no end, and bounds a million lines", () => {
  const error = assertThrows(
    () => parseMade("seen\t1\ntotal\t0\n", "web"),
    StateError,
    "did not tell what was made in it",
  );
  assertEquals(
    error.advice[1]?.startsWith("To see which: lxops exec web -- sh -c 'for p in find stat"),
    true,
  );
  assertThrows(() => parseMade(`${"group\tx:x:1:\n".repeat(1_000_000)}lxops end\n`, "web"), StateError);
  const found = parseMade(`${answer("looked\tapt")}${"package\tx\n".repeat(300_000)}`, "web");
  assert(found.packages!.length > 0 && found.packages!.length < 100_000, `${found.packages!.length}`);
});

Deno.test("madeScript() and takenScript() run nothing where they are cut off, and quote paths", () => {
  for (const script of [madeScript(5), takenScript([file("/etc/it's $(x)")])]) {
    assert(script.startsWith("lxops_main() {") && script.endsWith("lxops_main </dev/null\n"));
  }
  assert(takenScript([file("/etc/it's $(x)")]).includes(`lxops_content_of 0 '/etc/it'\\''s $(x)'\n`));
});

Deno.test("parseContents() takes contents by their numbers, and none that is too large or of no file", () => {
  const files = [file("/etc/a"), file("/etc/b"), file("/etc/c")];
  const of = (index: number, text: string) => `content\t${index}\t${btoa(text)}`;
  const text = [of(0, "one"), of(1, "x".repeat(MOST.bytes + 1)), of(7, "x"), "content\t2\t*", "lxops end"];
  assertEquals([...parseContents(files, text.join("\n"))], [["/etc/a", new TextEncoder().encode("one")]]);
  assertEquals(parseContents(files, of(0, "one")).size, 0);
  const many = Array.from({ length: 40 }, (_, index) => file(`/etc/${index}`));
  const all = [...many.map((_, index) => of(index, "x".repeat(MOST.bytes))), "lxops end"].join("\n");
  assertEquals(parseContents(many, all).size, MOST.all / MOST.bytes);
});
