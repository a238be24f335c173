import { assertEquals, assertStringIncludes } from "@std/assert";
import { change, look } from "../../support/file_commands.ts";

const OLDER = "#lxdops\n# mine\nos:\n  name: alpine # small\n  image: tiny\n";
const CURRENT = "#lxops-v1\n# mine\n# os:\nostype: alpine # small\nimage: tiny\n";
const OLDEST = "# mine\n\nos: {name: alpine, version: 3.18}\npackages: [nginx]\npasswords: [a]\n";

Deno.test("config convert keeps comments, and the old text beside the file", async () => {
  const { code, stdout, written } = await change("config convert a.yaml b.yaml", {
    "a.yaml": OLDER,
    "b.yaml": "#lxops-v1\n",
  });
  assertEquals([code, stdout], [0, ""]);
  assertEquals(Object.entries(written), [["/c/a.yaml.bak", OLDER], ["/c/a.yaml", CURRENT]]);
});

Deno.test("config convert -o writes another file, also of one that is in the current format", async () => {
  const { written } = await change("config convert -o b.yaml a.yaml", { "a.yaml": OLDER });
  assertEquals(written, { "b.yaml": CURRENT });
  const same = await change("config convert -o b.yaml a.yaml", { "a.yaml": CURRENT });
  assertEquals(same.written, { "b.yaml": CURRENT });
  assertEquals((await look("config convert -o c a b", { a: OLDER, b: OLDER })).code, 2);
});

Deno.test("config convert -f cleans the first line of a file in the current format", async () => {
  const files = { "a.yaml": "\ufeff#lxops-v1 \r\nimage: tiny\r\n", "b.yaml": CURRENT };
  assertEquals((await change("config convert a.yaml b.yaml", files)).written, {});
  assertEquals((await change("config convert -f a.yaml b.yaml", files)).written, {
    "/c/a.yaml.bak": files["a.yaml"],
    "/c/a.yaml": "#lxops-v1\r\nimage: tiny\r\n",
  });
});

Deno.test("config convert changes nothing where one of the files is wrong", async () => {
  const files = { "a.yaml": OLDER, "b.yaml": "#lxdops\nimage: [", "c.yaml": "#nope\n" };
  const { code, stderr } = await look("config convert a.yaml b.yaml c.yaml none.yaml", files);
  assertEquals(code, 3);
  assertEquals(stderr.split("\n").map((line) => line.split(":")[0]), ["b.yaml", "c.yaml", "none.yaml", ""]);
});

Deno.test("config convert --from lxdops-old makes a configuration and cloud-config", async () => {
  const { code, stderr, written } = await change("config convert --from lxdops-old a.yaml", {
    "a.yaml": OLDEST,
  });
  assertEquals([code, stderr], [
    0,
    "a.yaml:5:1 passwords: warning: It is not converted: random passwords are not set any more; users are made " +
    "without one\n",
  ]);
  assertEquals(Object.keys(written), ["a.cfg", "/c/a.yaml.bak", "/c/a.yaml"]);
  assertEquals(
    written["/c/a.yaml"],
    "#lxops-v1\n# mine\n\nostype: alpine\nimage: 'images:alpine/3.18'\ncloud-config-files:\n  - a.cfg\n",
  );
  assertEquals(written["a.cfg"], "#cloud-config\npackages:\n  - nginx\n");
});

Deno.test("config convert --from lxdops-old names its files after -o", async () => {
  const { written } = await change("config convert --from lxdops-old -o new/b.yaml a", { a: OLDEST });
  assertEquals(Object.keys(written), ["new/b.cfg", "new/b.yaml"]);
  assertStringIncludes(written["new/b.yaml"]!, "- b.cfg\n");
  assertEquals(Object.keys((await change("config convert -from=lxdops-old a", { a: OLDEST })).written), [
    "a.cfg",
    "a.yaml",
  ]);
});

Deno.test("config convert -from refuses formats that name themselves, and others that it does not know", async () => {
  const { code, stderr } = await look("config convert --from lxdops-old a.yaml", { "a.yaml": OLDER });
  assertEquals([code, stderr], [3, 'a.yaml: Its first line is "#lxdops"; convert it without --from\n']);
  assertEquals((await look("config convert -from lxdops a.yaml", { "a.yaml": OLDER })).code, 2);
});

Deno.test("config convert lists lost keys with their lines, and keeps them as comments", async () => {
  const old =
    "#lxdops\nos: {name: alpine}\nstop: true # why\nprofile-config:\n  a: b\nx-mine: 1\nsnapshot: s\n";
  const { written, stderr } = await change("config convert a.yaml", { "a.yaml": old });
  assertEquals(
    written["/c/a.yaml"],
    "#lxops-v1\nostype: alpine\n# stop: true # why\n# profile-config:\n#   a: b\nx-mine: 1\n# snapshot: s\n",
  );
  assertEquals(stderr.match(/^a\.yaml:\d+:1 \S+(?=: warning: )/gm), [
    "a.yaml:3:1 stop",
    "a.yaml:4:1 profile-config",
    "a.yaml:7:1 snapshot",
  ]);
  const oldest = await change("config convert --from lxdops-old a.yaml", {
    "a.yaml": "x-source-config: b.yaml\n",
  });
  assertStringIncludes(oldest.stderr, "a.yaml:1:1 x-source-config: warning: It is not converted");
});
