import { assertEquals } from "@std/assert";
import {
  curesOf,
  differenceText,
  differingIds,
  ownedLine,
} from "../../../lib/cloudconfig/model/differing_ids.ts";
import { parseIds } from "../../../lib/cloudconfig/model/known_ids.ts";

const OLD = parseIds(
  "g:certs:123\ng:redis:122\ng:team:140\nu:anna:1001:1001:/home/anna:/bin/sh\nu:redis:121:122:/:/bin/false\n",
);
const NEW = {
  passwd: "root:x:0:0::/root:/bin/sh\nredis:x:100:100::/:/bin/false\nubuntu:x:1001:1001::/:/bin/sh\n",
  group: "root:x:0:\nredis:x:122:\nother:x:123:\n",
};

function texts(files: typeof NEW, makes: boolean): readonly string[] {
  return differingIds(OLD, files, makes).map((one) => `${ownedLine(one)}: ${differenceText(one)}`);
}

Deno.test("ids differ where a new root filesystem gives another id, or the id to another name", () => {
  const redis = "u 121: user redis has id 121 in the old root filesystem and 100 in the new one";
  assertEquals(texts(NEW, true), [
    "g 123: group certs has id 123 in the old root filesystem, which is that of other in the new one",
    "u 1001: user anna has id 1001 in the old root filesystem, which is that of ubuntu in the new one",
    redis,
  ]);
  // What is not made has no id yet.
  assertEquals(texts(NEW, false), [redis]);
  assertEquals(texts({ passwd: "", group: "" }, true), []);
});

Deno.test("two old names cannot be made with one id", () => {
  const twice = parseIds("u:anna:1001:5:/:/bin/sh\nu:bert:1001:5:/:/bin/sh\n");
  assertEquals(differingIds(twice, { passwd: "", group: "" }, true), [
    { kind: "user", name: "bert", id: 1001, other: "anna" },
  ]);
});

Deno.test("lines of a new root filesystem that are no accounts give no user an id, and strange names are not shown", () => {
  const passwd =
    "redis:x:-1:0:\nredis:x:0x79:0:\nredis\n:::\n\x1b[31mx:x:121:1::/:/bin/sh\nredis:x:99999999999:1\n" +
    "x:x:7\n".repeat(200_000);
  assertEquals(differingIds(OLD, { passwd, group: "" }, true), [
    { kind: "user", name: "redis", id: 121, other: "another name" },
  ]);
});

Deno.test("the cure looks at each file once, as two may have swapped their ids", () => {
  const swapped = parseIds("g:b:102\nu:a:101:101:/:/bin/sh\nu:b:102:102:/:/bin/sh\nu:c:103:103:/:/bin/sh\n");
  const files = { passwd: "a:x:102:1:\nb:x:101:1:\nd:x:103:1:\n", group: "b:x:7:\n" };
  assertEquals(curesOf(differingIds(swapped, files, true), ["/data", "/it's"]), [
    "find /data '/it'\\''s' -xdev -user 101 -exec chown -h 102 {} + -o -user 102 -exec chown -h 101 {} +",
    "find /data '/it'\\''s' -xdev -group 102 -exec chgrp -h 7 {} +",
  ]);
  assertEquals(curesOf([], ["/data"]), []);
});
