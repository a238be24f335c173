/** The text of kept files: it comes back as it was, and a hostile one is refused. */
import { assertEquals } from "@std/assert";
import {
  bundleOwner,
  decodeBundle,
  encodeBundle,
  isKept,
  type KeptFile,
  mergedFiles,
  MOST_FILES,
  MOST_TEXT,
} from "../../../lib/plan/provision/bundle.ts";

const file = (path: string, content = "x", mode = 0o600): KeptFile => ({
  kind: "file",
  path,
  mode,
  uid: 5,
  gid: 4294967294,
  content: new TextEncoder().encode(content),
});

Deno.test("decodeBundle() reads what encodeBundle() writes, without setuid bits", () => {
  const files = [
    file("/etc/ssh/ssh_host_ed25519_key", "k".repeat(1000)),
    file('/a "b" \n\\c/\u00e9', ""),
    { ...file("/d"), kind: "directory" as const, content: new Uint8Array() },
    { ...file("/bytes"), content: Uint8Array.from({ length: 256 }, (_, byte) => byte) },
  ];
  assertEquals(decodeBundle(encodeBundle(files)), files);
  assertEquals(decodeBundle(encodeBundle([file("/s", "x", 0o4755)]))![0]!.mode, 0o755);
  assertEquals(decodeBundle(encodeBundle([])), []);
});

Deno.test("decodeBundle() refuses bundles that lxops does not write", () => {
  const head = "#lxops-kept-v1\n";
  for (
    const text of [
      "",
      'file 600 0:0 "/a"\n',
      `${head}file 600 0:0 "a"\n`,
      `${head}file 600 0:0 "/a/../b"\n`,
      `${head}file 600 0:0 "/a//b"\n`,
      `${head}file 600 0:0 "/a\\u0000"\n`,
      `${head}file 600 0:0 "/${"a".repeat(5000)}"\n`,
      `${head}file 600 0:0 "\\x"\n`,
      `${head}file 600 4294967295:0 "/a"\n`,
      `${head}link 777 0:0 "/a"\n`,
      `${head}file 600 0:0 "/a"\nno base64!\n`,
      `${head}file 600 0:0 "/a"\nQQ\nQ=Q\n`,
      `${head}QUJD\n`,
      encodeBundle(Array.from({ length: MOST_FILES + 1 }, (_, at) => file(`/${at}`))),
      `${head}${"A".repeat(MOST_TEXT)}`,
    ]
  ) assertEquals(decodeBundle(text), undefined, text.slice(0, 60));
});

Deno.test("only files of the configuration are kept, and saved copies of missing files stay", () => {
  const keep = ["ssh-host-keys", "machine-id", "/var/lib/x"];
  const yes = [
    "/etc/ssh/ssh_host_rsa_key",
    "/etc/ssh/ssh_host_ed25519_key.pub",
    "/etc/machine-id",
    "/var/lib/x/y",
  ];
  const no = [
    "/etc/ssh/sshd_config",
    "/etc/ssh/ssh_host_../../shadow_key",
    "/etc/shadow",
    "/var/lib/xy",
    "/var/lib",
  ];
  assertEquals([...yes, ...no].filter((path) => isKept(path, keep)), yes);
  assertEquals(isKept("/etc/machine-id", ["ssh-host-keys"]), false);
  const before = [file("/etc/machine-id", "old"), file("/var/lib/x", "old"), file("/etc/shadow")];
  const now = [file("/var/lib/x", "new")];
  assertEquals(mergedFiles(before, now, keep).map(({ path }) => path), ["/var/lib/x", "/etc/machine-id"]);
});

Deno.test("a bundle says whose it is, and nothing that is no name of an instance", () => {
  const of = (line: string) => bundleOwner(`#lxops-kept-v1\n${line}\n`);
  assertEquals(bundleOwner(encodeBundle([], "default/a-1")), "default/a-1");
  assertEquals(decodeBundle(encodeBundle([], "default/a-1")), []);
  assertEquals(bundleOwner(encodeBundle([])), undefined);
  for (
    const line of ["instance a", "instance a/b c", "instance a/\u001b[2J", `instance a/${"b".repeat(64)}`]
  ) {
    assertEquals([of(line), decodeBundle(`#lxops-kept-v1\n${line}\n`)], [undefined, undefined], line);
  }
});
