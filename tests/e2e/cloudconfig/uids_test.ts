/** Rebuilds with users whose files are on a device: a file keeps its owner's name. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";

const users = (...names: readonly string[]) =>
  `#cloud-config\nusers: [${names.map((name) => `{name: ${name}}`).join(", ")}]\n`;

async function write(ground: Ground, more = "", image = "tiny"): Promise<void> {
  await ground.write(
    "u.yaml",
    `#lxops-v1
ostype: alpine
image: ${image}
cloud-config-files: [users.cfg]
filesystems: {homes: {pattern: "${places.directory}/(instance)", destroy: true}}
devices: {home: {path: /home, filesystem: homes}}
${more}`,
  );
}

inTurn(
  "a rebuild keeps the owners of files on a device, in any order of users",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("users.cfg", users("iris", "olga"));
    await write(ground);
    await ground.ok(["launch", "-name", name, "u.yaml"]);
    await ground.inside(
      name,
      "umask 077; echo mine >/home/olga/note; chown olga /home/olga/note; " +
        "echo cache:x:77:77::/var/cache/x:/bin/false >>/etc/passwd; echo cache:x:77: >>/etc/group; " +
        ": >/home/cached; chown 77:77 /home/cached",
    );
    for (const changed of [users("iris", "kurt", "olga"), users("olga", "lena")]) {
      await ground.write("users.cfg", changed);
      await ground.ok(["rebuild", "-name", name, "u.yaml"]);
      assertEquals(await ground.inside(name, "stat -c %U /home/olga/note /home/cached"), "olga\ncache");
      // The files of a removed user have no other owner.
      assertMatch(await ground.inside(name, "stat -c %U /home/iris"), /^(iris|UNKNOWN)$/);
    }
    // One who comes back has the id that was his, without a rebuild as with one, and is no longer remembered as gone.
    const lena = await ground.inside(
      name,
      "stat -c %u /home/lena; touch /home/mine; chown lena /home/mine; rm -r /home/lena",
    );
    await ground.write("users.cfg", users("olga"));
    await ground.ok(["rebuild", "-name", name, "u.yaml"]);
    assertEquals(await ground.inside(name, "stat -c %U /home/mine"), "UNKNOWN");
    await ground.write("users.cfg", users("olga", "nina", "lena"));
    await ground.ok(["configure", "-name", name, "u.yaml"]);
    assertEquals(
      await ground.inside(name, "id -u lena; stat -c %U /home/mine /home/lena"),
      `${lena}\nlena\nlena`,
    );
    // A user of the image with the same name and another id is not changed, and a note says so.
    await ground.inside(name, "sed -i 's/^cache:x:77:77/nobody:x:77:77/; /^nobody:x:65534/d' /etc/passwd");
    await ground.write("users.cfg", users());
    await write(ground, "", "tiny2");
    const warned = await ground.run(["rebuild", "-v", "-name", name, "u.yaml"]);
    assertEquals(warned.code, 0, warned.stderr);
    // Before the old one stops, and by the new one itself.
    assertMatch(
      warned.stderr,
      /user nobody has id 77 in the old root filesystem and 65534 in the new one[^]*Stop instance[^]*user nobody had id 77/,
    );
    // A start that waits for the daemon's program that reads files takes 15 s.
    const started = /: Start instance \S+ \((\d+)\.\d+ s\)/.exec(warned.stderr)?.[1];
    assert(Number(started) < 14, warned.stderr);
    await write(ground);
    // Nor has one who comes later, without a rebuild, the files of a user who went.
    await ground.write("users.cfg", users("olga", "mona"));
    await ground.ok(["configure", "-name", name, "u.yaml"]);
    assertEquals(await ground.inside(name, "stat -c %U /home/iris /home/lena"), "UNKNOWN\nUNKNOWN");
    await ground.inside(name, "sed -i 's/^nobody:x:65534:65534/nobody:x:77:77/' /etc/passwd");
    await write(ground, "ids: refuse\n");
    const since = await ground.inside(name, "cut -d' ' -f22 /proc/1/stat");
    const refused = await ground.run(["rebuild", "-name", name, "u.yaml"]);
    assertEquals(refused.code, 9, refused.stderr);
    assertStringIncludes(
      refused.stderr,
      "user nobody has id 77 in the old root filesystem and 65534 in the new",
    );
    // The old instance runs on.
    assertEquals(await ground.inside(name, "cut -d' ' -f22 /proc/1/stat"), since);
    assertEquals(await ground.beside(name), []);
    // With a new instance for the old data, home directories tell whose the files are.
    await write(ground);
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    await ground.ok(["delete", "-name", name, "u.yaml"]);
    await ground.write("users.cfg", users("ada", "lena", "olga"));
    await ground.ok(["launch", "-name", name, "u.yaml"]);
    assertEquals(await ground.inside(name, "stat -c %U /home/olga/note /home/mine"), "olga\nlena");
  },
);

inTurn(
  "hostile account files of the old root filesystem are bounded, and give no user another user's id",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("users.cfg", users("olga"));
    await write(ground);
    await ground.ok(["launch", "-name", name, "u.yaml"]);
    await ground.inside(
      name,
      'cd /etc; for id in -1 0 4294967295 99999999999 0x7; do echo "bad$id:x:$id:$id::/:/bin/sh"; done >>passwd; ' +
        "printf 'new\\nline:x:7:7::/:/bin/sh\\n$(reboot):x:500:500::/:/bin/sh\\nolga:x:1:1::/:/bin/sh\\n' >>passwd; " +
        "seq 60000 | sed 's/.*/u&:x:&:&::\\/:/' >>passwd; seq 60000 | sed 's/.*/u&:x:&:/' >>group",
    );
    await ground.ok(["rebuild", "-name", name, "u.yaml"]);
    assertEquals(await ground.inside(name, "grep -cE '^(bad|new|\\$)' /etc/passwd || :"), "0");
    assertEquals(await ground.inside(name, "stat -c %U /home/olga"), "olga");
    // A file of a million lines is larger than the limit. Without the old ids, no user gets new ones.
    const refused = async (why: string) => {
      const { code, stderr } = await ground.run(["rebuild", "-name", name, "u.yaml"]);
      assertEquals(code, 9, stderr);
      assertStringIncludes(stderr, 'keep the ids of its users and groups: "/etc/passwd" cannot be used: ');
      assertStringIncludes(stderr, why);
      assertStringIncludes(stderr, "\n  Nothing was changed.\n");
      assertEquals(await ground.beside(name), []);
      return stderr;
    };
    await ground.inside(name, "seq 1000000 | sed 's/.*/u&:x:&:&::\\/:/' >>/etc/passwd");
    await refused("it is larger than 4 MiB");
    await write(ground, "ids: warn\n");
    const warned = await ground.run(["rebuild", "-name", name, "u.yaml"]);
    assertEquals(warned.code, 0, warned.stderr);
    assertStringIncludes(
      warned.stderr,
      `The ids of the users and groups of instance "${name}" are not known: `,
    );
    await write(ground);
    await ground.inside(name, "rm /etc/passwd; mkdir /etc/passwd");
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    assertStringIncludes(await refused("is a directory"), `lxops instance start ${name}\n`);
  },
);

inTurn(
  "a stopped instance that the daemon cannot read after a rename is read later, and keeps its users",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    await ground.write("users.cfg", users("iris", "olga"));
    await write(ground);
    await ground.ok(["launch", "-name", name, "u.yaml"]);
    const uid = await ground.inside(name, "id -u olga");
    await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
    await ground.write("users.cfg", users("iris", "kurt", "olga"));
    // As a rebuild that brings the old instance back does.
    await ground.ok(["file", "pull", `${name}/etc/passwd`]);
    for (const [from, to] of [[name, `${name}-x`], [`${name}-x`, name]]) {
      await ground.ok(["query", "-X", "POST", "-d", JSON.stringify({ name: to }), `/1.0/instances/${from}`]);
    }
    // The new instance would start 15 s later, too, for the same reason; its plan shows the ids at once.
    const { code, stdout, stderr } = await ground.run(["rebuild", "-dry-run", "-name", name, "u.yaml"]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(
      stderr,
      `"/etc/passwd" of instance "${name}" cannot be read, and is read once more in 16 s`,
    );
    assertMatch(stdout, new RegExp(`POST .*"user\\.lxops\\.ids":"[^"]*u:olga:${uid}:`));
  },
);
