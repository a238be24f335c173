import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const CONFIG = `default-remote: local
remotes:
  one: {addr: "https://user:hush@127.0.0.1:1", protocol: incus}
  slash: {addr: "https://user:hu@s/hush@127.0.0.1:1", protocol: incus, public: "true"}
  images: {addr: "https://user:hush@127.0.0.1:9", protocol: simplestreams, public: "true"}
  oci: {addr: "https://hush@127.0.0.1:1", protocol: oci, public: "true"}
  ftp: {addr: "ftp://user:hush@127.0.0.1:1", protocol: incus}
`;

/** Command lines that show an address of a remote. */
const LINES = [
  "remote list",
  "remote list --json",
  "--remote one ps -a",
  "--remote slash ps -a",
  "--remote ftp ps -a",
  "--remote one doctor",
  "--remote one doctor --json",
  "image list images:",
  "image list one:",
  "image copy images:x one:",
  "--remote one launch web.yaml",
  "--remote one plan web.yaml",
  "remote add new https://user:hush@127.0.0.1:1",
  "remote add new http://user:hush@127.0.0.1:1",
  "remote add new user:hush@127.0.0.1:1",
] as const;

/** Command lines that show what has an address or a token in it. */
const OTHERS = [
  "remote add --dry-run --protocol simplestreams new https://user:hush@127.0.0.1:1",
  "remote remove --dry-run images",
  "image copy --dry-run images:x",
  `remote add new ${btoa('{"client_name":"hush","fingerprint":"12", "secret": "hush"}')}`,
  "image show images:x",
] as const;

Deno.test("no message and no list shows a password or token of an address", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/config.yml`, CONFIG);
    await Deno.writeTextFile(`${directory}/web.yaml`, "#lxops-v1\nimage: images:x\n");
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "client.key"];
    await new Deno.Command("openssl", {
      args: ["req", "-x509", ...key, "-out", "client.crt", "-subj", "/CN=x", "-days", "99"],
      cwd: directory,
      stdout: "null",
      stderr: "null",
    }).output();
    const shown = async (line: string) => {
      const { stdout, stderr } = await new Deno.Command("timeout", {
        args: [
          ...["60", Deno.execPath(), "run", "-q", "--no-prompt", "--cached-only", "--no-check"],
          ...["-P=incus", "--config", fromFileUrl(new URL("../../deno.json", import.meta.url))],
          fromFileUrl(new URL("../../backends/incus.ts", import.meta.url)),
          ...line.split(" "),
        ],
        cwd: directory,
        env: { INCUS_CONF: directory, INCUS_SOCKET: `${directory}/none` },
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    };
    await Promise.all(LINES.map(async (line) => {
      const text = await shown(line);
      assert(text.includes("127.0.0.1"), `${line} shows no address:\n${text}`);
      assert(text.includes("***"), `${line} hides nothing:\n${text}`);
      assertEquals(text.match(/.*hush.*/)?.[0], undefined, line);
    }));
    await Promise.all(OTHERS.map(async (line) => {
      const text = await shown(line);
      assert(text !== "");
      assertEquals(text.match(/.*(?:hush|eyJj).*/)?.[0], undefined, line);
    }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
