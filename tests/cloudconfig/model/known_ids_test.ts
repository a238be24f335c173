import { assert, assertEquals } from "@std/assert";
import {
  comingBack,
  idsText,
  knownIds,
  MOST,
  MOST_FORMER,
  parseIds,
} from "../../../lib/cloudconfig/model/known_ids.ts";

const names = (users: readonly string[] = [], groups: readonly string[] = []) => ({
  users: new Set(users),
  groups: new Set(groups),
});

const PASSWD = `root:x:0:0:root:/root:/bin/sh
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
redis:x:101:102:Redis:/var/lib/redis:/usr/sbin/nologin
anna:x:1000:1000::/home/anna:/bin/sh
carl:x:1001:1005:,,,:/home/carl:/bin/bash
nobody:x:65534:65534:nobody:/:/bin/false
`;
const GROUP = "root:x:0:\nredis:x:102:\nssl-cert:x:105:redis\nanna:x:1000:\ncarl:x:1005:\nstaff:x:50:\n";

Deno.test("knownIds() has system users and groups, those that a file makes, and the first unused id", () => {
  assertEquals(knownIds(PASSWD, GROUP, names(["carl"])), {
    users: [
      { name: "carl", uid: 1001, gid: 1005, home: "/home/carl", shell: "/bin/bash" },
      { name: "_apt", uid: 42, gid: 65534, home: "/nonexistent", shell: "/usr/sbin/nologin" },
      { name: "redis", uid: 101, gid: 102, home: "/var/lib/redis", shell: "/usr/sbin/nologin" },
    ],
    groups: [
      { name: "carl", gid: 1005 },
      { name: "redis", gid: 102 },
      { name: "ssl-cert", gid: 105 },
      { name: "staff", gid: 50 },
    ],
    former: {
      users: [{ name: "anna", uid: 1000, gid: 1000, home: "/home/anna", shell: "/bin/sh" }],
      groups: [{ name: "anna", gid: 1000 }],
    },
    floor: 1006,
  });
  assertEquals(knownIds("", "", names(["carl"])), { users: [], groups: [] });
});

Deno.test("knownIds() ignores lines that are no accounts: wrong ids, names, and paths", () => {
  const hostile = [
    "minus:x:-1:-1::/:/bin/sh",
    "none:x:4294967295:1::/:/bin/sh",
    "huge:x:99999999999999999999:1::/:/bin/sh",
    "hex:x:0x10:16::/:/bin/sh",
    "root2:x:0:0::/:/bin/sh",
    "$(id):x:500:500::/:/bin/sh",
    "-r:x:501:501::/:/bin/sh",
    "a b:x:502:502::/:/bin/sh",
    "\u00e9:x:503:503::/:/bin/sh",
    "",
    ":::::",
    "\u0000nul:x:504:504::/:/bin/sh",
    "odd:x:505:505::/tmp/$(id)\t:relative",
    "odd:x:1:1::/:/bin/sh",
    "cr:x:506:506::/:/bin/sh\r",
  ].join("\n");
  assertEquals(knownIds(hostile, hostile, names()).users, [
    { name: "odd", uid: 505, gid: 505, home: "/nonexistent", shell: "/bin/false" },
    { name: "cr", uid: 506, gid: 506, home: "/", shell: "/bin/false" },
  ]);
});

Deno.test("knownIds() is bounded: a million lines become at most so many users, those of the files first", () => {
  const lines = Array.from(
    { length: 1_000_000 },
    (_, index) => `u${index}:x:${index % 999 + 1}:1::/:/bin/sh`,
  );
  const text = [...lines.slice(0, 90_000), "anna:x:1000:1000::/home/anna:/bin/sh", ...lines.slice(90_000)]
    .join("\n");
  const before = Deno.memoryUsage().heapUsed;
  const { users, groups, floor } = knownIds(text, text, names(["anna"]));
  assert(Deno.memoryUsage().heapUsed - before < 100e6);
  assertEquals([users.length, groups.length, users[0]?.name, floor], [MOST, MOST, "anna", 1001]);
  assert(idsText({ users, groups }).length < 200_000);
});

Deno.test("knownIds() leaves room for new ids, whatever ids a file has", () => {
  const { floor } = knownIds(
    "a:x:29999:1::/:/\nb:x:59999:1::/:/\nc:x:1000:1::/:/\n",
    "d:x:59998:\n",
    names(),
  );
  assertEquals(floor, 30_000);
});

Deno.test("parseIds() reads what idsText() writes, and nothing else", () => {
  const ids = knownIds(PASSWD, GROUP, names(["carl"], ["staff"]));
  assertEquals(parseIds(idsText(ids)), ids);
  assertEquals(parseIds("u:a:-1:1:/:/\nx\ng:b:c\nf:0\n"), { users: [], groups: [] });
});

Deno.test("knownIds() gives those that come back their ids again, unless another one has them by now", () => {
  const user = (name: string, uid: number) => ({ name, uid, gid: uid, home: "/", shell: "/bin/sh" });
  const noted = {
    users: [user("olga", 1001), user("olga", 1009), user("bert", 1000), user("vera", 1003), user("sys", 7)],
    groups: [{ name: "olga", gid: 1001 }, { name: "team", gid: 1004 }],
  };
  const { users, groups, former } = knownIds(
    "anna:x:1000:1000::/:/bin/sh\n",
    "anna:x:1000:\n",
    names(["olga", "bert", "sys"], ["team"]),
    noted,
  );
  assertEquals(users, [user("olga", 1001)]);
  assertEquals(groups, noted.groups);
  assertEquals(former?.users.map(({ name }) => name), ["anna", "vera"]);
  const ids = { users, groups, former: former! };
  assertEquals(comingBack(ids, names(["vera", "zoe"])).users, [user("vera", 1003)]);
  assertEquals(comingBack({ users, groups }, names(["olga"])), { users: [], groups: [] });
});

Deno.test("knownIds() remembers a bounded number of those that went", () => {
  const text = Array.from({ length: 5000 }, (_, index) => `u${index}:x:${index + 1000}:1::/:/bin/sh`).join(
    "\n",
  );
  const ids = knownIds(text, text, names());
  assertEquals([ids.former?.users.length, ids.former?.groups.length], [MOST_FORMER, MOST_FORMER]);
  assertEquals(parseIds(idsText(ids)), ids);
});
