/** The items that keep ids over a rebuild, in real shells with the tools of busybox and of Debian. */
import { assertEquals, assertMatch } from "@std/assert";
import { compiler } from "../../lib/cloudconfig/compile/compile.ts";
import { idsText, type KnownIds, knownIds } from "../../lib/cloudconfig/model/known_ids.ts";
import type { Item } from "../../lib/cloudconfig/model/item.ts";
import { osType } from "../../lib/cloudconfig/model/ostype.ts";
import { pipeInto } from "../../lib/cloudconfig/model/print.ts";
import { parseCloudConfig } from "../../lib/cloudconfig/read/schema.ts";
import { Guest, needsRoot, SHELLS } from "./guest.ts";

/** The accounts of an old root filesystem: redis of a package, and login users. */
const PASSWD = "redis:x:121:122::/var/lib/redis:/bin/false\nanna:x:1003:1003::/home/anna:/bin/sh\n" +
  "carl:x:1001:1007::/home/carl:/bin/sh\ndave:x:1005:1005::/home/dave:/bin/sh\n";
const GROUP = "redis:x:122:\nanna:x:1003:\ncarl:x:1007:\ncerts:x:123:\ndave:x:1005:\nteam:x:1009:\n";

function idsItem(how: "keep" | "warn" | "refuse", { users, groups }: KnownIds, directory: string): Item {
  const list = new TextEncoder().encode(idsText({ users, groups }));
  return {
    id: "0".repeat(64),
    section: "ids",
    key: "ids",
    title: "Keep the ids",
    location: { file: "a.yaml", line: 1, column: 1 },
    script: pipeInto(list, `lxops_ids ${how} ${directory}`),
    helpers: ["ids"],
    secrets: [],
  };
}

/** Items of a cloud-config on a new root filesystem. */
function itemsFor(text: string, os: string, directory = "/data"): readonly Item[] {
  const { cloudConfig } = parseCloudConfig("/test.cfg", `#cloud-config\n${text}`);
  const ids = knownIds(PASSWD, GROUP, compiler.accounts([cloudConfig], osType(os)!));
  return [
    idsItem("keep", ids, directory),
    ...compiler.compile([cloudConfig], osType(os)!, { order: "lxops", ids }),
  ];
}

const USERS =
  "groups: [team, fresh]\nusers: [{name: bert}, {name: anna, homedir: /srv/anna}, {name: carl}]\n";

async function checkUsers(guest: Guest): Promise<void> {
  const passwd = await guest.sh("grep -E '^(redis|anna|bert|carl):' /etc/passwd | cut -d: -f1,3,4,6 | sort");
  assertEquals(passwd.replace(/^bert:1011:\d+/m, "bert:1011:G").split("\n"), [
    "anna:1003:1003:/srv/anna",
    "bert:1011:G:/home/bert",
    "carl:1001:1007:/home/carl",
    "redis:121:122:/var/lib/redis",
  ]);
  assertEquals(
    await guest.sh("grep -E '^(anna|carl|certs|redis|team):' /etc/group | cut -d: -f1,3 | sort"),
    "anna:1003\ncarl:1007\ncerts:123\nredis:122\nteam:1009",
  );
  assertEquals(await guest.sh("stat -c %u:%g /home/carl; ls -d /srv/anna"), "1001:1007\n/srv/anna");
  assertEquals(
    await guest.sh("grep -c 'kept by lxops' /etc/passwd; cut -d: -f1 /etc/passwd | sort | uniq -d"),
    "1",
  );
  const groups = await guest.sh("cut -d: -f3 /etc/group | sort | uniq -d");
  assertEquals(groups, "");
  // No user gets the id of an old user who has no account now.
  assertEquals(await guest.sh("cut -d: -f3 /etc/passwd /etc/group | grep -cx 1005 || :"), "0");
}

for (const shell of SHELLS) {
  Deno.test(
    `users have their old ids, whatever comes between them, with busybox in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const items = itemsFor(USERS, "alpine");
      const { code, output } = await guest.run(items);
      assertEquals([code, output], [0, ""]);
      await checkUsers(guest);
      // Once more, as after an interruption: nothing changes.
      assertEquals((await guest.run(items)).code, 0);
      await checkUsers(guest);
    },
  );
}

Deno.test("users have their old ids where a file is appended to, too", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const text = `${USERS}write_files: [{path: /srv/log, content: "one\\n", append: true}]\n`;
  const { code, output } = await guest.run(itemsFor(text, "alpine"));
  assertEquals([code, output], [0, ""]);
  await checkUsers(guest);
  assertEquals(await guest.sh("cat /srv/log"), "one");
});

Deno.test(
  "users have their old ids, whatever comes between them, with Debian's useradd",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    await guest.sh("sed -i '/^redis:/d; /^certs:/d' /etc/passwd /etc/group");
    const { code, output } = await guest.run(itemsFor(USERS, "debian"));
    assertEquals(code, 0, output);
    await checkUsers(guest);
  },
);

Deno.test(
  "a different id of the image is reported with both numbers, if files on the devices have it",
  needsRoot,
  async () => {
    await using guest = await Guest.tiny();
    await guest.sh(
      "echo redis:x:100:100::/:/bin/false >>/etc/passwd; echo redis:x:122: >>/etc/group; echo other:x:123: >>/etc/group; " +
        "mkdir -p /data/a; : >/data/a/f; chown 121 /data/a/f",
    );
    const ids = knownIds(PASSWD, GROUP, { users: new Set(), groups: new Set() });
    const { code, output } = await guest.run([idsItem("keep", ids, "/data")]);
    assertEquals(code, 0);
    assertMatch(
      output,
      /^lxops: user redis had id 121 in the old root filesystem, and has 100 in the new one$/m,
    );
    assertMatch(output, /^lxops: {3}find \/data -xdev -user 121 -exec chown -h 100 \{\} \+ ?$/m);
    // Nothing has the id of the group whose id another one has now.
    assertEquals(output.includes("certs"), false);
    await guest.sh("chgrp 123 /data/a");
    const both = await guest.run([idsItem("warn", ids, "/data")]);
    assertMatch(both.output, /^lxops: user redis had id 121/m);
    const refused = await guest.run([idsItem("refuse", ids, "/data")]);
    assertEquals(refused.code, 1);
    assertMatch(
      refused.output,
      /group certs had id 123 in the old root filesystem, which is that of other in the new/,
    );
    await guest.sh("chown -R 0:0 /data");
    assertEquals((await guest.run([idsItem("refuse", ids, "/data")])).output, "");
    // A directory that cannot be looked at is no reason to be silent.
    assertMatch((await guest.run([idsItem("keep", ids, "/none")])).output, /user redis had id 121/);
  },
);

Deno.test("nothing is reported or changed where nothing differs", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const before = await guest.sh("cat /etc/passwd /etc/group");
  const ids = knownIds("nobody:x:65534:65534::/:/\nroot:x:0:0::/:/\n", "root:x:0:\n", {
    users: new Set(),
    groups: new Set(),
  });
  assertEquals(await guest.run([idsItem("keep", ids, "/data")]).then(({ code, output }) => [code, output]), [
    0,
    "",
  ]);
  assertEquals(await guest.sh("cat /etc/passwd /etc/group"), before);
});

Deno.test(
  "a system whose account files cannot be written or compared is left as it is, and says so",
  needsRoot,
  async () => {
    const ids = knownIds(PASSWD, GROUP, { users: new Set(), groups: new Set() });
    for (const without of ["rm /etc/group", "rm /bin/awk"]) {
      // The shell of busybox has awk in itself.
      await using guest = await Guest.tiny("dash");
      await guest.sh(without);
      const kept = await guest.run([idsItem("keep", ids, "/data")]);
      assertEquals(kept.code, 0);
      assertMatch(kept.output, /^lxops: the ids of users and groups are not kept: there is no awk, /m);
      assertEquals((await guest.run([idsItem("refuse", ids, "/data")])).code, 1);
    }
  },
);

for (const [kind, make] of [["busybox", () => Guest.tiny()], ["Debian", () => Guest.debian()]] as const) {
  Deno.test(
    `a new user has the id of the owner of its existing home directory, and no other user gets it, with ${kind}`,
    needsRoot,
    async () => {
      await using guest = await make();
      await guest.sh(
        "mkdir -p /home/carl /home/dora /home/eve /home/link; chown 1201:1207 /home/carl; chown 1202:1202 /home/dora; " +
          "chown 0:0 /home/eve; rmdir /home/link; mkdir /home/far; chown 59990 /home/far; ln -s far /home/link",
      );
      const text = "users: [{name: anna}, {name: carl}, {name: eve}, {name: link}, {name: uwe, uid: 1300}]\n";
      const { cloudConfig } = parseCloudConfig("/test.cfg", `#cloud-config\n${text}`);
      const os = kind === "Debian" ? "debian" : "alpine";
      const { code, output } = await guest.run(
        compiler.compile([cloudConfig], osType(os)!, { order: "lxops" }),
      );
      assertEquals(code, 0, output);
      const id = async (name: string) => Number(await guest.sh(`grep ^${name}: /etc/passwd | cut -d: -f3`));
      assertEquals([await id("carl"), await guest.sh("grep ^carl: /etc/group | cut -d: -f3")], [
        1201,
        "1207",
      ]);
      assertEquals(await id("uwe"), 1300);
      // Neither that of one who is gone, nor that of carl.
      const others = [await id("anna"), await id("eve"), await id("link")];
      assertEquals(others.filter((one) => one <= 1202), []);
      assertEquals(new Set(others).size, 3);
      assertEquals(await guest.sh("stat -c %U /home/carl; stat -c %u /home/dora"), "carl\n1202");
    },
  );
}
