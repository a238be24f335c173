import { assertEquals } from "@std/assert";
import { splitMounts } from "../../lib/adapters/host/mounts.ts";
import {
  bareScript,
  firstInTheWay,
  type Mount,
  parseMounts,
  placeIn,
  type TreeUse,
} from "../../lib/ports/mounts.ts";

const ROOT = "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw";

function at(...lines: readonly string[]): readonly string[] {
  return parseMounts(`${[ROOT, ...lines].join("\n")}\n`).map(({ mountpoint, source }) =>
    `${mountpoint} ${source}`
  );
}

Deno.test("parseMounts() reads blanks, tabs, line ends, backslashes and number signs in paths", () => {
  const [, mount] = parseMounts(
    `${ROOT}\n40 27 0:50 /of\\040other /srv/a\\040b\\011c\\012d\\134e\\043f rw shared:3 master:2 - tmpfs a\\040source rw\n`,
  );
  assertEquals<Mount | undefined>(mount, {
    mountpoint: "/srv/a b\tc\nd\\e#f",
    root: "/of other",
    source: "a source",
    type: "tmpfs",
    device: "0:50",
  });
});

Deno.test("parseMounts() leaves out mounts that another one hides", () => {
  // /srv was mounted over after /srv/a, and /mnt twice.
  const lines = [
    "40 27 0:50 / /srv/a rw - tmpfs hidden rw",
    "41 27 0:51 / /srv rw - tmpfs over rw",
    "42 41 0:52 / /srv/b rw - tmpfs seen rw",
    "43 40 0:53 / /srv/a/x rw - tmpfs deeper rw",
    "44 27 0:54 / /mnt rw - tmpfs below rw",
    "45 44 0:55 / /mnt rw - tmpfs above rw",
  ];
  assertEquals(at(...lines), ["/ /dev/vda", "/srv over", "/srv/b seen", "/mnt above"]);
});

Deno.test("parseMounts() leaves out snapshots that zfs mounts by itself, and no others", () => {
  const lines = [
    "40 27 0:50 / /tank rw - zfs tank rw",
    "41 40 0:51 / /tank/.zfs/snapshot/s1 ro - zfs tank@s1 ro",
    "42 40 0:52 / /tank/look ro - zfs tank@s1 ro",
  ];
  assertEquals(at(...lines), ["/ /dev/vda", "/tank tank", "/tank/look tank@s1"]);
});

Deno.test("parseMounts() sees the machine of a snap where the snap does", () => {
  const lines = [
    "50 27 7:1 / /usr ro - squashfs core rw",
    "40 27 254:0 / /var/lib/snapd/hostfs rw - ext4 /dev/vda rw",
    "41 40 0:51 / /var/lib/snapd/hostfs/srv/a rw - tmpfs host rw",
    "42 27 0:52 / /var/snap/lxd/common rw - tmpfs own rw",
  ];
  assertEquals(at(...lines), ["/ /dev/vda", "/srv/a host", "/var/snap/lxd/common own"]);
});

Deno.test("placeIn() tells which directory of which filesystem a path is", () => {
  const mounts = parseMounts(
    [ROOT, "40 27 254:0 /srv/other /srv/a/b rw - ext4 /dev/vda rw", "41 27 0:9 / /t rw - tmpfs t rw"].join(
      "\n",
    ),
  );
  assertEquals(
    ["/srv/a", "/srv/a/b", "/srv/a/b/c", "/srv/a/bc", "/t/x"].map((path) => placeIn(mounts, path)),
    ["254:0 /srv/a", "254:0 /srv/other", "254:0 /srv/other/c", "254:0 /srv/a/bc", "0:9 /x"],
  );
});

Deno.test("bareScript() finds the same mounts as firstInTheWay()", async () => {
  const uses: TreeUse[] = [
    { use: "remove", kind: "directory", path: "/srv/it's a" },
    { use: "change", kind: "directory", path: "/srv/c" },
  ];
  const paths = ["/srv/it's a", "/srv/it's a/b", "/srv/it's ab", "/srv/c", "/srv/c/d e", "/srv"];
  for (const path of paths) {
    const line = `40 27 254:0 /x ${path.replaceAll(" ", "\\040")} rw - ext4 /dev/vda rw`;
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, `${ROOT}\n${line}\n`);
    const script = bareScript(uses).replace("/proc/self/mountinfo", file);
    const { code } = await new Deno.Command("sh", { args: ["-c", script], stderr: "null" }).output();
    await Deno.remove(file);
    assertEquals(code !== 0, firstInTheWay(uses, parseMounts(`${ROOT}\n${line}`)) !== undefined, path);
  }
});

Deno.test("splitMounts() separates the mounts of lxops and of the daemon, and reports unreadable ones", () => {
  const own = `${ROOT}\n40 27 0:50 / /a\\040-\\040b rw - tmpfs a rw\n`;
  const split = (stdout: string) => splitMounts({ code: 0, stdout, stderr: "" });
  assertEquals(split(`${own}incusd\n${ROOT}\n`), { own, theirs: `incusd\n${ROOT}\n` });
  assertEquals(split(own), { own, theirs: "" });
  assertEquals(split(""), { own: "", theirs: "" });
});
