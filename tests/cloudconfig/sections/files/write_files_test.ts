import { assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { isTaken } from "../../../support/sample.ts";
import { Guest, itemsOf, needsRoot, SHELLS } from "../../guest.ts";

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

for (const [index, shell] of SHELLS.entries()) {
  Deno.test(`write_files writes every byte as it is, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const bytes = Uint8Array.from({ length: 1024 }, (_, i) => i & 255);
    const text =
      "a\r\nb\ttab 'single' \"double\" \\ back $HOME `x` %d \\101 -n\n\u00e9\u4e2d\u{1f600} no newline";
    const config = `write_files:
  - {path: /bytes, encoding: b64, content: ${base64(bytes)}}
  - {path: /gz, encoding: gz+base64, content: ${base64(gzipSync(bytes))}}
  - {path: /gzip, encoding: " GZIP ", content: !!binary ${base64(gzipSync(bytes))}}
  - {path: /text, content: ${JSON.stringify(text)}}
  - {path: /empty}
`;
    const { code, output } = await guest.run(itemsOf(config));
    assertEquals([code, output], [0, ""]);
    for (const path of ["/bytes", "/gz", "/gzip"]) assertEquals(await guest.read(path), bytes, path);
    assertEquals(await guest.text("/text"), text);
    assertEquals(await guest.text("/empty"), "");
  });

  // A run takes one shell, since a megabyte costs a second of processor time.
  if (isTaken(index, SHELLS.length)) {
    Deno.test(`write_files writes a megabyte, in ${shell}`, needsRoot, async () => {
      await using guest = await Guest.tiny(shell);
      const line = "0123456789'abcdef \\n $(x) `y`\n";
      const text = line.repeat(Math.ceil(2 ** 20 / line.length));
      const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, i) => (i * 31 + (i >> 8)) & 255);
      let binary = "";
      for (let i = 0; i < bytes.length; i += 4096) {
        binary += String.fromCharCode(...bytes.subarray(i, i + 4096));
      }
      const { code } = await guest.run(itemsOf(JSON.stringify({
        write_files: [{ path: "/text", content: text }, {
          path: "/bytes",
          content: btoa(binary),
          encoding: "b64",
        }],
      })));
      assertEquals(code, 0);
      assertEquals(await guest.text("/text") === text, true);
      assertEquals((await guest.read("/bytes")).every((byte, i) => byte === bytes[i]), true);
    });
  }

  Deno.test(
    `write_files enforces mode and owner, also of a file that exists, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh(
        "echo 'u:x:1234:100::/:/bin/sh' >>/etc/passwd; echo old >/old; chmod 777 /old; chown u /old",
      );
      const config = `write_files:
  - {path: /default, content: a}
  - {path: /new/dir/file, content: a, owner: "u:users", permissions: 0640}
  - {path: /old, content: new, permissions: "0o4755"}
  - {path: /quoted, content: a, permissions: '600', owner: u}
`;
      const { code, output } = await guest.run(itemsOf(config));
      assertEquals([code, output], [0, ""]);
      assertEquals(await guest.stat("/default"), "644 root root");
      assertEquals(await guest.stat("/new/dir/file"), "640 u users");
      assertEquals(await guest.stat("/new"), "755 u users");
      assertEquals(await guest.stat("/new/dir"), "755 u users");
      assertEquals(await guest.stat("/old"), "4755 root root");
      assertEquals(await guest.text("/old"), "new");
      assertEquals(await guest.stat("/quoted"), "600 u root");
      assertEquals(await guest.sh("ls -A / | grep lxops"), "");
    },
  );

  Deno.test(
    `write_files appends, follows links and replaces mount points, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh(
        "mkdir /real; echo old >/real/file; ln -s real/file /link; ln -s real/missing /dangling; echo 1 >/log",
      );
      const config = `write_files:
  - {path: /log, content: "2\\n", append: true, permissions: '0600'}
  - {path: /log, content: "3\\n", append: true}
  - {path: /none/yet, content: x, append: true}
  - {path: /link, content: new}
  - {path: /dangling, content: made}
`;
      const { code, output } = await guest.run(itemsOf(config));
      assertEquals([code, output], [0, ""]);
      assertEquals(await guest.text("/log"), "1\n2\n3\n");
      assertEquals(await guest.stat("/log"), "644 root root");
      assertEquals(await guest.text("/none/yet"), "x");
      assertEquals(
        await guest.sh("readlink /link; cat /real/file; echo; cat /real/missing"),
        "real/file\nnew\nmade",
      );
    },
  );
}

Deno.test(
  "write_files lets no other user open a secret file before it is complete, also with a default ACL of its directory",
  needsRoot,
  async () => {
    await using guest = await Guest.debian();
    // The content becomes the mode that the file has while its content is written.
    await guest.sh(
      "mkdir -p /data/open; mount -t tmpfs -o mode=0755 tmpfs /data; mkdir -m 1777 /data/open; " +
        "setfacl -d -m o::rwx,g::rwx,u:nobody:rwx /data /data/open",
    );
    const secret = "{content: secret, permissions: '0600'";
    const items = itemsOf(`write_files:
  - ${secret}, path: /data/written}
  - ${secret}, path: /data/appended, append: true}
  - ${secret}, path: /data/open/written}
`).map((item) => ({
      ...item,
      script: `printf() { stat -c %a /data/.lxops.* /data/open/.lxops.* 2>/dev/null || :; }\n${item.script}`,
    }));
    const { code, output } = await guest.run(items);
    assertEquals([code, output], [0, ""]);
    assertEquals(
      await guest.sh(
        "cd /data; set -- written appended open/written; stat -c %a $*; cat $*; umount /data 2>/dev/null",
      ),
      // Where others may make files, it is in a directory that they cannot enter.
      "600\n600\n600\n600\n600\n700",
    );
  },
);

Deno.test("write_files replaces the content of a mount point in place", needsRoot, async () => {
  await using guest = await Guest.debian();
  await guest.sh("echo old >/tmp/source; touch /etc/mounted; mount --bind /tmp/source /etc/mounted");
  const { code, output } = await guest.run(itemsOf("write_files: [{path: /etc/mounted, content: new}]"));
  assertEquals([code, output], [0, ""]);
  assertEquals(await guest.sh("cat /tmp/source; umount /etc/mounted; ls -A /etc | grep .lxops"), "new");
});

Deno.test("write_files leaves a file as it was when its owner is unknown", needsRoot, async () => {
  await using guest = await Guest.tiny();
  await guest.sh("echo old >/file");
  const { code, output } = await guest.run(
    itemsOf("write_files: [{path: /file, content: new, owner: nobody-here}]"),
  );
  assertEquals(code, 1);
  assertStringIncludes(output, "nobody-here");
  assertEquals(await guest.sh("cat /file; ls -A / | grep lxops"), "old");
});

Deno.test("write_files fails when the path is a directory", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const { code, output } = await guest.run(itemsOf("write_files: [{path: /etc, content: x}]"));
  assertEquals([code, output], [
    1,
    "lxops: /etc is a directory\n" +
    "lxops: to have the file, move it away first, in the instance: mv /etc /etc.old",
  ]);
});

for (const shell of SHELLS) {
  Deno.test(
    `write_files refuses links that lead nowhere, devices and FIFOs before it writes, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh(
        "ln -s /none/at/all /dangling; ln -s circle /circle; mkfifo /fifo; ln -s fifo /to-fifo; mkdir /etc/c",
      );
      const nowhere = "is a symbolic link to a place that does not exist, or in a circle";
      const cases = [["/dangling", nowhere], ["/circle", nowhere]];
      for (const path of ["/dev/null", "/fifo", "/to-fifo"]) {
        const advice = `lxops: to have the file, move it away first, in the instance: mv ${path} ${path}.old`;
        cases.push([path, `is not a regular file\n${advice}`]);
      }
      for (const [path, reason] of cases) {
        for (const append of [false, true]) {
          const items = itemsOf(JSON.stringify({ write_files: [{ path, content: "x", append }] }));
          const { code, output } = await guest.run(items, { stepSeconds: 10 });
          assertEquals([code, output], [1, `lxops: ${path} ${reason}`]);
        }
      }
      assertEquals(await guest.sh("ls -A / | grep lxops"), "");
    },
  );
}

for (const shell of SHELLS) {
  Deno.test(`write_files follows no link of another user than root, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    await guest.sh(
      "echo old >/etc/secret; mkdir -p /home/b; ln -s /etc/secret /home/b/file; ln -s /etc /home/b/way; " +
        "ln -s /etc/secret /home/b/more; ln -s /etc/secret /etc/own; chown -h 1000:1000 /home/b /home/b/*",
    );
    const run = async (path: string, append: boolean) => {
      const entry = { path, content: "new\n", owner: "1000:1000", append };
      const { code, output } = await guest.run(itemsOf(JSON.stringify({ write_files: [entry] })));
      return [code, output];
    };
    const refused = "is a symbolic link that does not belong to root, and is not followed";
    assertEquals(await run("/home/b/file", false), [0, ""]);
    assertEquals(await run("/home/b/more", true), [1, `lxops: /home/b/more ${refused}`]);
    for (const append of [false, true]) {
      assertEquals(await run("/home/b/way/secret", append), [1, `lxops: /home/b/way ${refused}`]);
      assertEquals(await run("/home/b/way/new/file", append), [1, `lxops: /home/b/way ${refused}`]);
    }
    assertEquals(
      await guest.sh(
        "stat -c '%F %u' /home/b/file /etc/secret; cat /home/b/file /etc/secret; ls /etc | grep -x new",
      ),
      "regular file 1000\nregular file 0\nnew\nold",
    );
    assertEquals(await run("/etc/own", false), [0, ""]);
    assertEquals(await guest.sh("test -L /etc/own; cat /etc/secret"), "new");
  });
}

for (const shell of SHELLS) {
  Deno.test(
    `write_files changes nothing of root where a user puts links in its way meanwhile, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh(
        "echo old >/etc/secret; chmod 600 /etc/secret; mkdir -p /home/b/sub; ln -s /home/b/own /etc/own; " +
          "echo old >/home/b/log; ln /etc/secret /home/b/hard; chown -R 1000:1000 /home/b; chown 0:0 /etc/secret",
      );
      // What the user does while the content is written: the name leads to a file of root.
      const attack =
        "printf() { for one in /home/b/.lxops.* /home/b/*/.lxops.*; do [ -e $one ] || continue; mv $one ${one%/*}/was; ln -s /etc/secret $one; " +
        "done; cat <<END\nnew\nEND\n}";
      const run = async (path: string, append: boolean) => {
        const entry = { path, content: "new\n", owner: "1000:1000", permissions: "0644", append };
        const items = itemsOf(JSON.stringify({ write_files: [entry] }));
        const result = await guest.run(
          items.map((item) => ({ ...item, script: `${attack}\n${item.script}` })),
        );
        await guest.sh("rm -rf /home/b/was /home/b/*/was /home/b/.lxops.* /home/b/*/.lxops.*");
        return [result.code, result.output];
      };
      for (const path of ["/home/b/file", "/home/b/sub/file", "/home/b/none/yet", "/etc/own"]) {
        assertEquals(await run(path, false), [0, ""], path);
      }
      assertEquals(await run("/home/b/log", true), [0, ""]);
      const other = "lxops: /home/b/hard is not a regular file, or has another name as well";
      assertEquals(await run("/home/b/hard", true), [1, other]);
      assertEquals(await guest.sh("cat /etc/secret; stat -c '%a %u' /etc/secret"), "old\n600 0");
      assertEquals(
        await guest.sh(
          "cd /home/b; stat -c '%F %a %u' file sub/file none none/yet own log; cat file own log",
        ),
        "regular file 644 1000\nregular file 644 1000\ndirectory 755 1000\nregular file 644 1000\n" +
          "regular file 644 1000\nregular file 644 1000\nnew\nnew\nold\nnew",
      );
    },
  );
}

Deno.test(
  "write_files reads a source in the instance, and takes the content where that fails",
  needsRoot,
  async () => {
    const seen: string[] = [];
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
      seen.push(`${new URL(request.url).pathname} ${request.headers.get("x-token")}`);
      return request.url.endsWith("/gone")
        ? new Response(null, { status: 404 })
        : new Response("it's\n\u00e9");
    });
    const base = `http://127.0.0.1:${server.addr.port}`;
    const headers = { "X-Token": 'a"b\\c' };
    const config = JSON.stringify({
      write_files: [
        { path: "/a/one", source: { uri: `${base}/one`, headers }, permissions: "600" },
        { path: "/a/one", source: { uri: "file:///etc/passwd" }, append: true },
        { path: "/two", source: { uri: `${base}/gone` }, content: "instead" },
        { path: "/three", source: { uri: "file:///none" } },
      ],
    });
    for (const kind of ["tiny", "debian"] as const) {
      seen.length = 0;
      // A busybox shell would sleep by itself.
      await using guest = kind === "tiny" ? await Guest.tiny("dash") : await Guest.debian();
      await guest.sh("printf '#!/bin/sh\\n' >/usr/bin/sleep; chmod 755 /usr/bin/sleep");
      const { code, output, ran } = await guest.run(itemsOf(config));
      assertEquals([code, ran.length], [1, 4], output);
      assertStringIncludes(output, "file:///none cannot be read");
      assertEquals(await guest.text("/a/one"), `it's\n\u00e9${await guest.text("/etc/passwd")}`);
      assertEquals(await guest.stat("/a/one"), "644 root root");
      assertEquals(await guest.text("/two"), "instead");
      assertEquals(seen, ['/one a"b\\c', "/gone null", "/gone null", "/gone null"]);
    }
  },
);
