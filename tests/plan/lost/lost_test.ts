import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import { END } from "../../../lib/plan/drift/answer.ts";
import { directoryFor, lostLine, lostScript, parseLost, savingLines } from "../../../lib/plan/lost/lost.ts";

const HEAD = ["seen\t9", "baseline\twhole", "total\t2\t30"];
const answer = (...lines: readonly string[]) => `${[...HEAD, ...lines].join("\n")}\n${END}\n`;

Deno.test("parseLost() reads files, and counts names that cannot be listed", () => {
  const lost = parseLost(answer("file\t7\t10\t/srv/a b\tc", "file\t8\t20\t/etc/x", "odd\t3"), "web");
  assertEquals(lost, {
    files: [{ path: "/srv/a b\tc", bytes: 10, modified: 7 }, { path: "/etc/x", bytes: 20, modified: 8 }],
    edited: [],
    count: 5,
    bytes: 30,
    baseline: "whole",
    cut: false,
  });
});

Deno.test("parseLost() leaves out what the configuration keeps, and what lxops writes", () => {
  const text = answer("file\t7\t10\t/etc/ssh/ssh_host_rsa_key", "file\t8\t20\t/etc/app/x");
  assertEquals(parseLost(text, "web", { keep: ["ssh-host-keys"], managed: ["/etc/app/x", "/etc/y"] }), {
    files: [],
    edited: [],
    count: 0,
    bytes: 0,
    baseline: "whole",
    cut: false,
  });
});

Deno.test("parseLost() tells a file of cloud-config that others changed", () => {
  const text = answer("edited\t7\t10\t/etc/app/x", "edited\t7\t5\t/etc/ssh/ssh_host_rsa_key");
  const lost = parseLost(text, "web", { keep: ["ssh-host-keys"], managed: ["/etc/app/x"] });
  assertEquals([lost.files.map(({ path }) => path), lost.edited, lost.count], [
    ["/etc/app/x"],
    ["/etc/app/x"],
    1,
  ]);
});

Deno.test("parseLost() refuses an answer that is not whole, and takes no line of another form", () => {
  const error = assertThrows(
    () => parseLost("total\t1\t1\n", "web"),
    StateError,
    "did not tell which files it has",
  );
  assertEquals(
    error.advice[1]?.startsWith("To see which: lxops exec web -- sh -c 'for p in find stat"),
    true,
  );
  assertThrows(() => parseLost(`seen\t1\ntotal\t-1\t1\n${END}\n`, "web"), Error, "did not tell");
  const lines = [
    "file\tx\t1\t/a",
    "file\t1\t1\trelative",
    "file\t1",
    "file\t1\t99999999999999999999\t/a",
    "odd\tx",
  ];
  assertEquals(parseLost(answer(...lines), "web").files, []);
});

Deno.test("lostLine() says nothing where nothing is lost", () => {
  const lost = parseLost(answer(), "web");
  assertEquals(lostLine({ ...lost, count: 0 }, "web"), undefined);
  assertEquals(
    lostLine({ ...lost, count: 1 }, "web"),
    '1 file outside the devices of "web" (30B) will be lost: lxops lost web',
  );
});

Deno.test("a device saves a directory of one program, and what is between the system's own files is kept", () => {
  const places = Object.entries({
    "/srv/app/a/b": "/srv/app",
    "/srv/a": "/srv",
    "/home/ann/x": "/home",
    "/var/lib/pg/x": "/var/lib/pg",
    "/var/www/html/x": "/var/www",
    "/usr/local/bin/x": "/usr/local",
    "/data/x": "/data",
    "/etc/x/y": undefined,
    "/usr/bin/x": undefined,
    "/var/lib/x": undefined,
    "/x": undefined,
  });
  for (const [path, directory] of places) assertEquals(directoryFor(path), directory, path);
  const files = ["/srv/app/a", "/srv/b", "/data/x", "/etc/y", "/strange $(dir)/x"].map((path) => ({
    path,
    bytes: 1,
    modified: 1,
  }));
  assertEquals(savingLines(files, "main"), [
    "devices:",
    "  srv: {path: /srv, filesystem: main}",
    "  data: {path: /data, filesystem: main}",
    "keep: [/etc/y]",
  ]);
  assertEquals(savingLines([], undefined), []);
});

Deno.test("lostScript() names the second since which files count", () => {
  assertEquals(lostScript(5).includes("\nlxops_lost 5\n"), true);
});
