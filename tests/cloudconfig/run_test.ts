import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { batch } from "../../lib/cloudconfig/batch/batch.ts";
import { withoutSecrets } from "../../lib/cloudconfig/model/secrets.ts";
import { Guest, itemsOf, needsRoot, SHELLS } from "./guest.ts";

const ref = { project: "default", name: "c1" } as const;

for (const shell of SHELLS) {
  Deno.test(`batch() runs every item and stops at the first that fails, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const config = `runcmd:
  - echo one; printf 'no newline'
  - [printf, '%s|', "a b", "$(echo no)", "it's", "-n", ""]
  - null
  - cat; echo "read nothing"
  - |
    exit_code=7
    (exit $exit_code)
  - touch /never
`;
    const { code, events, output } = await guest.run(itemsOf(config));
    assertEquals(code, 7);
    assertEquals(output, "one\nno newline\na b|$(echo no)|it's|-n||\nread nothing");
    assertEquals(
      events.filter(({ kind }) => kind !== "output" && kind !== "printed").map((event) =>
        event.kind === "end"
          ? `end ${event.item} ${event.code}`
          : `${event.kind} ${"item" in event && event.item}`
      ),
      ["start 0", "end 0 0", "start 1", "end 1 0", "start 2", "end 2 0", "start 3", "end 3 7"],
    );
    assertEquals(await guest.sh("ls /never 2>/dev/null"), "");
    assertEquals(await guest.sh("stat -c %a /var/lib/lxops /var/lib/lxops/journal"), "700\n600");
  });

  Deno.test(`batch() skips with resume the items of the journal, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const commands = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
      n === 7 ? `  - echo 7 >>/log; test -e /go` : `  - echo ${n} >>/log`
    );
    const items = itemsOf(`runcmd:\n${commands.join("\n")}\n`);
    assertEquals((await guest.run(items)).code, 1);
    await guest.sh("touch /go; : >/log");
    const { code, events, ran } = await guest.run(items, { resume: true });
    assertEquals(code, 0);
    assertEquals(ran.length, 3);
    assertEquals(events.filter(({ kind }) => kind === "skip").length, 6);
    assertEquals(await guest.text("/log"), "7\n8\n9\n");
  });

  Deno.test(
    `batch() runs all where the journal is no file, and says so, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const journal = "/var/lib/lxops/journal";
      for (const make of [`mkfifo ${journal}`, `mkdir ${journal}`, `ln -s journal ${journal}`]) {
        await guest.sh(`rm -rf ${journal}; mkdir -p /var/lib/lxops; ${make}`);
        // Opened from both sides, a FIFO blocks no process any more: a reader of it is late, but ends.
        if (make.startsWith("mkfifo")) {
          await guest.sh(`(sleep 20; exec 5<>${journal}; sleep 4) </dev/null >/dev/null 2>&1 &`);
        }
        const start = performance.now();
        const { code, output } = await guest.run(itemsOf("runcmd: [echo one, echo two]"));
        const note = "lxops: the journal cannot be written";
        assertEquals([code, output], [0, `one\n${note}\ntwo\n${note}`], make);
        assert(performance.now() - start < 18_000, make);
      }
    },
  );

  Deno.test(
    `batch() keeps the journal where there is no space for a new one, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const file = (text: string) =>
        itemsOf(`write_files: [{path: /x, content: ${text}}]\nruncmd: [echo one]\n`);
      // One page, which the journal has.
      await guest.sh("mkdir -p /var/lib/lxops; mount -t tmpfs -o size=4k tmpfs /var/lib/lxops");
      assertEquals((await guest.run(file("a"))).code, 0);
      const before = await guest.sh("cat /var/lib/lxops/journal");
      assertEquals((await guest.run(file("b"))).code, 0);
      assertStringIncludes(await guest.sh("cat /var/lib/lxops/journal"), before);
    },
  );

  Deno.test(`batch() does nothing and fails when it was cut off, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const config = "write_files: [{path: /made, content: x}]\nruncmd: [touch /ran, [touch, /ran]]\n";
    const { stdin = "" } = batch(ref, itemsOf(config));
    const last = stdin.lastIndexOf("lxops_main");
    const cuts = [40, 200, stdin.length >> 1, stdin.indexOf("touch /ran") + 5, last - 2, last, last + 4];
    for (const cut of cuts) {
      const { code } = await guest.script(stdin.slice(0, cut));
      assert(code !== 0, `cut at ${cut}: exit code 0`);
      assertEquals(await guest.sh("ls -d /made /ran /var/lib/lxops 2>/dev/null"), "", `cut at ${cut}`);
    }
  });

  Deno.test(`batch() takes nothing in a file for shell code, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const hostile =
      "'; touch /owned; '\n$(touch /owned)\n`touch /owned`\n\"\\\n-n %s \\n\nEND\nEOF\nLXOPS_END\r\n\u00e9\u4e2d\u0000";
    const config = JSON.stringify({
      write_files: [
        { path: "/a/$(touch owned)/'b'", content: hostile, permissions: "0o640" },
        { path: "/-rf", content: hostile },
      ],
      packages: ["$(touch", "`touch", ";touch", "'/owned"],
      runcmd: [["printf", "%s", "$(touch /owned)"]],
    });
    const { code, output } = await guest.run(itemsOf(config, "alpine"));
    assertEquals(code, 0, output);
    assertEquals(await guest.text("/a/$(touch owned)/'b'"), hostile);
    assertEquals(await guest.text("/-rf"), hostile);
    assertEquals(await guest.text("/var/log/calls"), "apk add $(touch `touch ;touch '/owned\n");
    assertEquals(await guest.sh("ls /owned /owned 2>/dev/null"), "");
  });

  Deno.test(
    `batch() leaves nothing of its own to a command, short or long, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      const command =
        `env | grep -c lxops_text; echo "[$lxops_text]" "$#"; ls /proc/self/fd/3 2>/dev/null; cat`;
      const long = `${command}\n: ${"x".repeat(200_000)}\necho the end`;
      const { code, output } = await guest.run(itemsOf(JSON.stringify({ runcmd: [command, long] })));
      assertEquals(output, "0\n[] 0\n0\n[] 0\nthe end");
      assertEquals(code, 0);
    },
  );

  Deno.test(
    `batch() leaves a file as it was where the new one does not fit, in ${shell}`,
    needsRoot,
    async () => {
      await using guest = await Guest.tiny(shell);
      await guest.sh("mkdir /full && mount -t tmpfs -o size=12k none /full && echo old >/full/file");
      // The end fits no more, or all but the beginning.
      for (const length of [9_000, 100_000]) {
        const file = { path: "/full/file", content: "x".repeat(length) };
        const { code, output } = await guest.run(itemsOf(JSON.stringify({ write_files: [file] })));
        assert(code !== 0, output);
        assertStringIncludes(output, "lxops: /full/file was not written");
        assertEquals(await guest.text("/full/file"), "old\n");
        assertEquals(await guest.sh("ls -A /full"), "file");
      }
    },
  );
}

Deno.test("batch() ends an item that takes too long, and all that it started", needsRoot, async () => {
  const ended = async (guest: Guest, number: number) => {
    const quick = await guest.run(itemsOf("runcmd: [echo quick, [sh, -c, exit 3]]"), { stepSeconds: 60 });
    assertEquals([quick.code, quick.output], [3, "quick"]);
    const config = `runcmd: ["echo begun; sh -c 'sleep ${number}; :' & sleep ${number}", echo never]`;
    const { code, output } = await guest.run(itemsOf(config), { stepSeconds: 1 });
    assertEquals([code, output], [124, "begun\nlxops: ended after 1 seconds"]);
    // The pattern does not find itself.
    const left = `grep -l "[s]leep.${number}" /proc/[0-9]*/cmdline 2>/dev/null`;
    assertEquals(await guest.sh(`${left} | wc -l`), "0");
  };
  const guests = [
    ...await Promise.all(SHELLS.map((shell) => Guest.tiny(shell, "tiny-with-proc"))),
    await Guest.debian(),
  ];
  await Promise.all(guests.map((guest, index) => ended(guest, 86_390 + index)));
});

for (const shell of SHELLS) {
  for (const [when, options] of [["", {}], [" beside its watch", { stepSeconds: 600 }]] as const) {
    Deno.test(
      `batch() ends the item that runs${when} when it gets a signal, in ${shell}`,
      needsRoot,
      async () => {
        await using guest = await Guest.debian();
        const command = "sh -c 'sleep 86399; :' & echo begun >/begun; sleep 86398; echo never";
        const { stdin } = batch(ref, itemsOf(`runcmd: ["${command}", touch /never]`), options);
        await guest.exec(["sh", "-c", "cat >/script; mkfifo /begun"], stdin);
        const program = shell === "busybox" ? "busybox sh" : shell;
        const left = "grep -l 8639[89] /proc/[0-9]*/cmdline | grep -v self";
        const output = await guest.sh(
          `${program} -s </script & read line </begun; until [ $(${left} | wc -l) -ge 3 ]; do :; done; echo all run
        kill -TERM $!; wait $!; echo "code $?"
        for again in $(seq 100); do [ -n "$(${left})" ] || break; done; ${left}; ls -d /never; cat /var/lib/lxops/journal
        kill -KILL $(${left} | cut -d/ -f3) 2>/dev/null`,
        );
        const lines = output.split("\n").filter((line) => line !== "" && !line.includes(" start 0"));
        assertEquals(lines, ["all run", "code 143", "ls: cannot access '/never': No such file or directory"]);
      },
    );
  }
}

Deno.test("withoutSecrets() leaves out the secrets of batch(), and makes a script that does nothing", () => {
  const config = {
    users: [{ name: "ann", plain_text_passwd: "it's" }],
    chpasswd: { list: ["bob:R", "cid:geheim"] },
    ssh_keys: { ed25519_private: "k3y" },
    write_files: [
      { path: "/a", content: "open" },
      { path: "/b", content: "closed", permissions: "0600" },
      { path: "/c", content: "-----BEGIN RSA PRIVATE KEY-----\nabc" },
      {
        path: "/d",
        source: { uri: "https://me:pw@example.org/d", headers: { Authorization: "Bearer token" } },
        content: "plan b",
      },
    ],
  };
  const { stdin = "", secrets = [], items } = batch(ref, itemsOf(JSON.stringify(config)));
  const shown = withoutSecrets(stdin, secrets);
  const words = ["it'\\''s", "geheim", "k3y", "closed", "abc", "pw@", "token"];
  for (const word of words) assertEquals([stdin.includes(word), shown.includes(word)], [true, false], word);
  assertStringIncludes(shown, "open");
  assertStringIncludes(shown, "plan b");
  assertEquals(items.some(({ title }) => words.some((word) => title.includes(word))), false);
  assertMatch(shown, /^echo "lxops: secrets are left out of this script[^\n]*; exit 1\n/);
  assertEquals(withoutSecrets("echo a", []), "echo a");
});

Deno.test("runcmd is one script in cloud-init's order", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const config =
    "runcmd: [cd /tmp; A=1, 'false', null, [echo, 'a  b'], [A=2, echo, no], [esac], 'echo $A $PWD']";
  const { code, output, ran } = await guest.run(itemsOf(config, "debian", "cloud-init"));
  const printed = output.split("\n").filter((line) => !line.endsWith("not found"));
  assertEquals([code, printed, ran], [0, ["a  b", "1 /tmp"], ["Run 6 commands"]]);
});

Deno.test("batch() reports output that looks like its markers as output", needsRoot, async () => {
  await using guest = await Guest.tiny();
  const first = itemsOf("runcmd: [true]");
  const marker = batch(ref, first, { random: "other" }).marker;
  const config = `runcmd: ["printf '\\\\001${marker} end 0 0 0\\\\n\\\\001other start 1\\\\n'"]`;
  const { events, code } = await guest.run(itemsOf(config), { random: "mine" });
  assertEquals(code, 0);
  assertEquals(events.map(({ kind }) => kind), ["start", "printed", "end"]);
});

for (const shell of SHELLS) {
  Deno.test(`batch() has the errors of a command apart from its output, in ${shell}`, needsRoot, async () => {
    await using guest = await Guest.tiny(shell);
    const config = `packages: [x]
runcmd: ["echo a; echo b >&2; printf c", "echo d >&2", "echo lxops: e; ls /proc/self/fd/3; no-such-program"]`;
    const { code, events } = await guest.run(itemsOf(config), { stepSeconds: 60 });
    assertEquals(code, 127);
    const printed = (wanted: string) =>
      events.flatMap((event) =>
        event.kind === "printed" && event.stream === wanted
          ? [`${event.item} ${new TextDecoder().decode(event.bytes)}`]
          : []
      );
    assertEquals(printed("stdout"), ["1 a\nc", "3 lxops: e\n"]);
    const [first, second, third = "", ...more] = printed("stderr");
    assertEquals([first, second, more], ["1 b\n", "2 d\n", []]);
    assertStringIncludes(third, "no-such-program");
  });
}
